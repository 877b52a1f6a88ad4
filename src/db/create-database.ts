import { Client, escapeIdentifier, type ClientConfig } from 'pg';

/**
 * Creates the named database when it is missing.
 * @returns whether it was created.
 */
export async function createDatabase(config: ClientConfig, name: string): Promise<boolean> {
  const client = new Client({ ...config, database: 'postgres' });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount !== 0) return false;
    await client.query(`CREATE DATABASE ${escapeIdentifier(name)} ENCODING 'UTF8' TEMPLATE template0`);
    return true;
  } finally {
    await client.end();
  }
}
