import { escapeIdentifier, type ClientBase } from 'pg';
import { readSchema } from './grant-service-privileges';

/**
 * Takes from everybody, and so from the service's role, the right to create tables: PostgreSQL grants it for temporary
 * ones, and before version 15 also in the schema `public`. Only the owner of the database and of the schema can.
 * @returns what was done, or what the owner has to do.
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
      allowed ? `done: ${sql}` : `not done, for want of ownership; ask the administrator for: ${sql}`,
    );
  }
  return done;
}
