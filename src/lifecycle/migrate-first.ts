import { logInAsOwner } from '../config/log-in-as-owner';
import type { Settings } from '../config/settings';
import { describeFailure } from '../db/describe-failure';
import type { Logger } from '../shared/logger';
import { OperatorError } from '../shared/operator-error';
import { migrateDatabase } from './migrate-database';
import { openDatabase } from './open-database';

/**
 * Applies pending migrations to an external database, as `footfall migrate up` does. The embedded one is migrated by the
 * service that starts it.
 * @throws {OperatorError} with the reason.
 */
export async function migrateFirst(
  settings: Pick<Settings, 'database' | 'pool'>,
  logger: Logger,
): Promise<void> {
  if (settings.database.kind === 'embedded') return;
  const owned = { database: logInAsOwner(settings.database) };
  const database = await openDatabase(owned, 'shared', 'footfall-migrate');
  const report = (line: string): void => {
    logger.info(line);
  };
  try {
    await migrateDatabase({ database, settings }, report);
  } catch (error) {
    throw new OperatorError(`The migrations were not applied: ${describeFailure(error)}`, { cause: error });
  } finally {
    await database.close();
  }
}
