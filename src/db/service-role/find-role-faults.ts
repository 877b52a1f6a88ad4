import type { ClientBase } from 'pg';
import { selectLackingPrivileges } from './lacking-privileges';

/**
 * Checks the effective privileges of a role: granted to it, to a role that it is a member of, or to PUBLIC.
 * @returns why the log is not safe from the role, or why the service cannot work as it; empty if neither applies.
 */
export async function findRoleFaults(client: ClientBase, role: string): Promise<string[]> {
  return [...(await findExcess(client, role)), ...(await findLack(client, role))];
}

async function findExcess(client: ClientBase, role: string): Promise<string[]> {
  const { rows } = await client.query<{ owner: string; owns: boolean; changes: boolean; totals: boolean }>(
    `SELECT pg_get_userbyid(relowner) AS owner,
            pg_has_role($1::name, relowner, 'MEMBER') AS owns,
            has_table_privilege($1::name, oid, 'UPDATE, DELETE, TRUNCATE')
              OR has_any_column_privilege($1::name, oid, 'UPDATE') AS changes,
            has_column_privilege($1::name, 'visit_totals', 'visits', 'UPDATE') AS totals
     FROM pg_class WHERE oid = to_regclass('visits') AND to_regclass('visit_totals') IS NOT NULL`,
    [role],
  );
  const [log] = rows;
  if (!log) return [];
  // A role that can become the owner can do everything. A superuser counts as a member of every role.
  if (log.owns) return [`it is a superuser, or a member of ${log.owner}, which owns the tables`];
  const source = 'as a member of another role or because it is granted to PUBLIC';
  return [
    ...(log.changes ? [`it may change or delete visits, ${source}`] : []),
    ...(log.totals ? [`it may write totals, ${source}`] : []),
  ];
}

/** The server only warns about a grant by a role that does not own the table, so the result is checked. */
async function findLack(client: ClientBase, role: string): Promise<string[]> {
  const { rows } = await client.query<{ table: string; privilege: string }>(
    selectLackingPrivileges('$1::name'),
    [role],
  );
  return rows.map(
    ({ table, privilege }) =>
      `it may not ${privilege} on ${table}: the role that granted it does not own the table`,
  );
}
