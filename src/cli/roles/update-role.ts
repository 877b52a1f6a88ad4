import { readSecretFile } from '../../config/read-secret-file';
import { withAdvisoryLock } from '../../db/advisory-lock';
import { updateServiceRole } from '../../db/service-role/update-service-role';
import { withClient } from '../../lifecycle/use-database';
import { print } from '../output';
import { runOnDatabase } from '../run-on-database';

/** The options of `footfall roles`. */
export interface RolesOptions {
  readonly passwordFile?: string;
}

/** Creates or updates the role that the service logs in as. */
export function updateRole({ passwordFile }: RolesOptions): Promise<void> {
  return runOnDatabase('roles', async (context) => {
    const { database, settings } = context;
    const service = settings.database;
    if (service.kind === 'embedded') {
      throw new Error('the embedded database has one role, its owner; set DB_HOST to a database of your own');
    }
    if (!service.owner) {
      throw new Error(
        'set DB_OWNER_USERNAME to the role that owns the tables, and DB_USERNAME to the one that the service gets',
      );
    }
    const password = passwordFile === undefined ? service.password : readSecretFile(passwordFile);
    const waiting = (): void => {
      print('a migration is running; waiting for it to end');
    };
    await withClient(context, (client) =>
      withAdvisoryLock(database.clientConfig, 'migrate', waiting, () =>
        updateServiceRole(client, { name: service.username, password, times: settings.pool }, print),
      ),
    );
  });
}
