import { createDatabase } from '../db/create-database';
import { runCommand } from './run-command';

void runCommand('createdb', async ({ database }) => {
  const name = database.clientConfig.database ?? '';
  const created = await createDatabase(database.clientConfig, name);
  process.stdout.write(`${created ? 'created' : 'already there'}: ${name}\n`);
});
