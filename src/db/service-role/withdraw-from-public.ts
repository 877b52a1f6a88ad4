import { escapeIdentifier, type ClientBase } from 'pg';
import { readSchema } from './grant-service-privileges';

/**
 * Revokes from PUBLIC, and so from the service's role, the privilege to create tables: PostgreSQL grants it for
 * temporary tables, and before version 15 in the schema `public` too. Only the owner of database and schema can do it.
 * @returns one line for each change that was made or that the administrator has to make.
 */
export async function withdrawFromPublic(client: ClientBase): Promise<string[]> {
  const name = await readSchema(client);
  const { rows } = await client.query<{
    database: string;
    schema: boolean;
    temporary: boolean;
    create: boolean;
  }>(
    `SELECT datname AS database,
            pg_has_role(nspowner, 'USAGE') AS schema,
            pg_has_role(datdba, 'USAGE') AS temporary,
            EXISTS (SELECT FROM aclexplode(nspacl) WHERE grantee = 0 AND privilege_type = 'CREATE') AS create
     FROM pg_database, pg_namespace WHERE datname = current_database() AND nspname = $1`,
    [name],
  );
  const [owned] = rows;
  if (!owned) return [];
  const statements = [
    {
      needed: true,
      allowed: owned.temporary,
      sql: `REVOKE TEMPORARY ON DATABASE ${escapeIdentifier(owned.database)} FROM PUBLIC`,
    },
    {
      needed: owned.create,
      allowed: owned.schema,
      sql: `REVOKE CREATE ON SCHEMA ${escapeIdentifier(name)} FROM PUBLIC`,
    },
  ];
  const done: string[] = [];
  for (const { needed, allowed, sql } of statements) {
    if (!needed) continue;
    if (allowed) await client.query(sql);
    done.push(
      allowed ? `done: ${sql}` : `not done, because only the owner can; ask the administrator to run: ${sql}`,
    );
  }
  return done;
}
