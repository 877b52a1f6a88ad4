/** What the service may do to a table in addition to reading it. */
export interface TablePrivileges {
  readonly table: string;
  /** In the syntax of GRANT, such as `INSERT (visitor_id)`. */
  readonly privileges: readonly string[];
}

/**
 * All that the service writes. The log is append-only, and the database assigns its ids and times. A release adds what
 * it needs, and removes nothing that the release before it still uses.
 */
export const servicePrivileges: readonly TablePrivileges[] = [
  { table: 'visitors', privileges: ['INSERT (username)'] },
  { table: 'visits', privileges: ['INSERT (visitor_id)'] },
  // Locking a row needs the privilege to update one of its columns. A trigger refuses to update this one.
  { table: 'visit_totals', privileges: ['UPDATE (visitor_id)'] },
  {
    table: 'idempotency_keys',
    privileges: ['INSERT (key, visitor_id, visits)', 'UPDATE (visitor_id, visits, created_at)', 'DELETE'],
  },
  {
    table: 'counted_clients',
    privileges: ['INSERT (key, visitor_id)', 'UPDATE (visitor_id, counted_at)', 'DELETE'],
  },
  // The database makes the salt itself.
  { table: 'client_salts', privileges: ['INSERT (day)', 'DELETE'] },
];

/** The functions with the owner's rights that the service calls. No other role may call them, except the owner. */
export const serviceFunctions: readonly string[] = ['roll_up_visits(integer)'];

/** Tables that the service may not even read. */
export const ownerTables: readonly string[] = ['visitor_changes', 'retirements'];
