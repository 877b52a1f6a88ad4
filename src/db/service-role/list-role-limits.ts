/** A setting of PostgreSQL and its value in milliseconds. */
export type RoleLimit = readonly [name: string, milliseconds: number];

/** The times that the service's own connections ask for. */
export interface ServiceTimes {
  readonly statementTimeoutMs: number;
  readonly queryTimeoutMs: number;
}

/** Longer than a migration waits for its locks (2 s), so that one makes visits slow and does not refuse them. */
const lockTimeoutMs = 2500;

/**
 * Lists the limits that the service's role carries. They hold wherever somebody logs in as it. The service's own
 * connections ask for the first and the third themselves, with the same values, and theirs win.
 * @param serverVersion as `server_version_num`; the last limit came with PostgreSQL 17.
 */
export function listRoleLimits(
  { statementTimeoutMs, queryTimeoutMs }: ServiceTimes,
  serverVersion: number,
): RoleLimit[] {
  return [
    ['statement_timeout', statementTimeoutMs],
    ['lock_timeout', Math.min(lockTimeoutMs, statementTimeoutMs)],
    ['idle_in_transaction_session_timeout', queryTimeoutMs],
    // It ends the connection and not the statement alone, so the other limits must have their turn first.
    ...(serverVersion >= 170_000 ? [['transaction_timeout', 2 * queryTimeoutMs] as const] : []),
  ];
}
