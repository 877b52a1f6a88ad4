import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { Client } from 'pg';
import { withAdvisoryLock } from '../db/advisory-lock';
import { updateServiceRole } from '../db/service-role/update-service-role';
import { runCommand, type CommandContext } from './run-command';

interface RolesOptions {
  readonly passwordFile?: string;
}

new Command('roles')
  .description(
    'Create the role DB_USERNAME, which may append to the log and not change it, or bring it up to date.',
  )
  .option('--password-file <path>', 'the file with its password, instead of DB_PASSWORD')
  .action((options: RolesOptions) => runCommand('roles', (context) => updateRole(context, options)))
  .parse();

async function updateRole(
  { database, settings }: CommandContext,
  { passwordFile }: RolesOptions,
): Promise<void> {
  const service = settings.database;
  if (service.kind === 'embedded') {
    throw new Error('the embedded database has one role, which is its owner; name a database of your own');
  }
  if (!service.owner) {
    throw new Error(
      'set DB_OWNER_USERNAME to the role that owns the tables, and DB_USERNAME to the one that the service gets',
    );
  }
  const password =
    passwordFile === undefined ? service.password : readFileSync(passwordFile, 'utf8').trimEnd();
  const client = new Client(database.clientConfig);
  // A connection that is lost fails the statement under way.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await withAdvisoryLock(
      database.clientConfig,
      'migrate',
      () => {
        print('a migration runs; waiting for it to end');
      },
      () => updateServiceRole(client, { name: service.username, password, times: settings.pool }, print),
    );
  } finally {
    await client.end();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
