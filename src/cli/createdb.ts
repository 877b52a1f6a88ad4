import type { Command } from 'commander';
import { print } from './output';

/** Adds `footfall createdb`. */
export function addCreatedb(program: Command): void {
  program
    .command('createdb')
    .description('Create the database DB_NAME if it does not exist. The encoding is UTF8.')
    .addHelpText(
      'after',
      `
Example:
  $ DB_HOST=db.example.com DB_NAME=footfall DB_USERNAME=owner DB_PASSWORD=… footfall createdb

Environment:
  DB_HOST, DB_PORT, DB_NAME; DB_OWNER_USERNAME and DB_OWNER_PASSWORD, or DB_USERNAME and DB_PASSWORD. The role needs
  CREATEDB.`,
    )
    .action(async () => {
      const { runOnDatabase } = await import('./run-on-database.js');
      const { createDatabase } = await import('../db/create-database.js');
      await runOnDatabase('createdb', async ({ database }) => {
        const name = database.clientConfig.database ?? '';
        const created = await createDatabase(database.clientConfig, name);
        print(`${created ? 'created' : 'already there'}: ${name}`);
      });
    });
}
