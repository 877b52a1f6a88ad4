import { Client } from 'pg';
import { databaseEnvironment } from './database-environment';
import { readServerAddress } from './server-address';
import type { TestDatabase } from './test-database';

/** Names a role. Roles belong to the whole server, so each worker uses different names. */
export function nameRole(kind: string): string {
  return `footfall_${kind}_${process.env['JEST_WORKER_ID'] ?? '1'}`;
}

/** Returns the environment variables with which commands log in as `owner`, and the service as `service`. */
export function ownedEnvironment(
  database: TestDatabase,
  service: { username: string; password: string },
  owner: { username: string; password: string } = readServerAddress(),
): Record<string, string> {
  return {
    ...databaseEnvironment(database.name),
    DB_USERNAME: service.username,
    DB_PASSWORD: service.password,
    DB_OWNER_USERNAME: owner.username,
    DB_OWNER_PASSWORD: owner.password,
  };
}

/** Runs SQL as a role; rejects with the error of the server. */
export async function queryAs(
  database: TestDatabase,
  role: { username: string; password: string },
  sql: string,
): Promise<Record<string, unknown>[]> {
  const client = new Client({ ...database.clientConfig, user: role.username, password: role.password });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Drops the roles that exist, with everything that they own in the database. */
export async function dropRoles(database: TestDatabase, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await database.query(`DO $$ BEGIN
      IF to_regrole('${name}') IS NOT NULL THEN DROP OWNED BY ${name} CASCADE; DROP ROLE ${name}; END IF;
    END $$`);
  }
}
