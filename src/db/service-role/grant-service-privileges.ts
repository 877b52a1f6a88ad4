import { escapeIdentifier, type ClientBase } from 'pg';
import { ownerTables, serviceFunctions, servicePrivileges, type TablePrivileges } from './service-privileges';

/** Returns whether the role exists. */
export async function hasRole(client: ClientBase, role: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  return rowCount !== 0;
}

/**
 * Grants the service's role, as the owner of the tables, what this release needs on the existing ones: to read them,
 * future ones included, and to write some. Revokes nothing but to read the owner's own tables.
 * @returns the granted write privileges.
 */
export async function grantServicePrivileges(
  client: ClientBase,
  role: string,
): Promise<readonly TablePrivileges[]> {
  const grantee = escapeIdentifier(role);
  const schema = escapeIdentifier(await readSchema(client));
  await client.query(`GRANT USAGE ON SCHEMA ${schema} TO ${grantee}`);
  // Of a sequence, the service reads whether it is behind its table.
  for (const objects of ['TABLES', 'SEQUENCES']) {
    await client.query(`GRANT SELECT ON ALL ${objects} IN SCHEMA ${schema} TO ${grantee}`);
    await client.query(
      `ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT SELECT ON ${objects} TO ${grantee}`,
    );
  }
  const there = await findTables(client, [...ownerTables, ...servicePrivileges.map(({ table }) => table)]);
  for (const table of ownerTables.filter((name) => there.has(name))) {
    await client.query(`REVOKE ALL ON ${table} FROM ${grantee}`);
  }
  const granted = servicePrivileges.filter(({ table }) => there.has(table));
  for (const { table, privileges } of granted) {
    await client.query(`GRANT ${privileges.join(', ')} ON ${table} TO ${grantee}`);
  }
  const { rows: functions } = await client.query<{ signature: string }>(
    'SELECT signature FROM unnest($1::text[]) AS signature WHERE to_regprocedure(signature) IS NOT NULL',
    [serviceFunctions],
  );
  for (const { signature } of functions) {
    await client.query(`GRANT EXECUTE ON FUNCTION ${signature} TO ${grantee}`);
  }
  return granted;
}

async function findTables(client: ClientBase, tables: readonly string[]): Promise<Set<string>> {
  const { rows } = await client.query<{ table: string }>(
    'SELECT name AS table FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NOT NULL',
    [tables],
  );
  return new Set(rows.map(({ table }) => table));
}

/** Returns the name of the schema that holds the owner's tables. */
export async function readSchema(client: ClientBase): Promise<string> {
  const { rows } = await client.query<{ schema: string | null }>('SELECT current_schema() AS schema');
  const schema = rows[0]?.schema;
  if (!schema) throw new Error('no schema of the search path exists; create one for the tables');
  return schema;
}
