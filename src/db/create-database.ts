import { Client, escapeIdentifier, type ClientConfig } from 'pg';
import { createClientRunner } from './create-client-runner';
import { requirePreconditions } from './preconditions/find-unmet-preconditions';

/**
 * Creates the named database when it is missing.
 * @returns whether it was created.
 * @throws {OperatorError} if Footfall cannot work with the server, or with a database that was there before.
 */
export async function createDatabase(config: ClientConfig, name: string): Promise<boolean> {
  const created = await withClient({ ...config, database: 'postgres' }, async (client) => {
    await requirePreconditions(createClientRunner(client), 'server');
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount !== 0) return false;
    await client.query(`CREATE DATABASE ${escapeIdentifier(name)} ENCODING 'UTF8' TEMPLATE template0`);
    return true;
  });
  await withClient(config, (client) => requirePreconditions(createClientRunner(client), 'database'));
  return created;
}

async function withClient<T>(config: ClientConfig, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(config);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
