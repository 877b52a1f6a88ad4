import { escapeIdentifier, type Client } from 'pg';
import { hasCode } from './errors';

/** Creates the database unless it exists. `template0` has no visitors that would block the copy. */
export async function ensureDatabase(client: Client, database: string): Promise<void> {
  const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
  if (found.rowCount !== 0) return;
  try {
    await client.query(`CREATE DATABASE ${escapeIdentifier(database)} TEMPLATE template0`);
  } catch (error) {
    // Another process was faster: duplicate_database, or the unique index behind it.
    if (hasCode(error, '42P04', '23505')) return;
    throw error;
  }
}
