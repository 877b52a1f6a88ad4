import { Client } from 'pg';
import { databaseEnvironment } from './database-environment';
import { readServerAddress } from './server-address';
import type { TestDatabase } from './test-database';

/** A role of the test's own; roles are the whole server's, so each worker has other names. */
export function nameRole(kind: string): string {
  return `footfall_${kind}_${process.env['JEST_WORKER_ID'] ?? '1'}`;
}

/** The environment in which commands log in as the first role and the service as the second. */
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

/** Runs SQL as a role; rejects as the server does. */
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

/** Removes roles with all that they have in the database; those that are not there are no matter. */
export async function dropRoles(database: TestDatabase, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await database.query(`DO $$ BEGIN
      IF to_regrole('${name}') IS NOT NULL THEN DROP OWNED BY ${name} CASCADE; DROP ROLE ${name}; END IF;
    END $$`);
  }
}
