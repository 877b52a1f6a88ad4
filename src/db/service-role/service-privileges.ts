/** What the service may do to a table beside reading it. */
export interface TablePrivileges {
  readonly table: string;
  /** Each as GRANT has it, such as `INSERT (visitor_id)`. */
  readonly privileges: readonly string[];
}

/**
 * All that the service writes. The log is appended to and nothing else; its ids and times are the database's own. A
 * release adds what it needs here, and takes nothing away that the release before it still uses.
 */
export const servicePrivileges: readonly TablePrivileges[] = [
  { table: 'visitors', privileges: ['INSERT (username)'] },
  { table: 'visits', privileges: ['INSERT (visitor_id)'] },
  // Locking a row takes the right to update a column of it. A trigger refuses the update of this one.
  { table: 'visit_totals', privileges: ['UPDATE (visitor_id)'] },
  {
    table: 'idempotency_keys',
    privileges: ['INSERT (key, visitor_id, visits)', 'UPDATE (visitor_id, visits, created_at)', 'DELETE'],
  },
];
