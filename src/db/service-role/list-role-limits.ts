/** A setting of PostgreSQL and its value in milliseconds. */
export type RoleLimit = readonly [name: string, milliseconds: number];

/** The timeouts that the service's own connections set. */
export interface ServiceTimes {
  readonly statementTimeoutMs: number;
  readonly queryTimeoutMs: number;
}

/** Longer than a migration waits for its locks (2 s), so that a migration delays visits instead of failing them. */
const lockTimeoutMs = 2500;

/**
 * Lists the limits of the service's role. They apply to every login as that role. The service's own connections set
 * statement_timeout and idle_in_transaction_session_timeout themselves, to the same values, which take precedence.
 * @param serverVersion as `server_version_num`; transaction_timeout exists since PostgreSQL 17.
 */
export function listRoleLimits(
  { statementTimeoutMs, queryTimeoutMs }: ServiceTimes,
  serverVersion: number,
): RoleLimit[] {
  return [
    ['statement_timeout', statementTimeoutMs],
    ['lock_timeout', Math.min(lockTimeoutMs, statementTimeoutMs)],
    ['idle_in_transaction_session_timeout', queryTimeoutMs],
    // It ends the whole connection, so the other limits must apply first.
    ...(serverVersion >= 170_000 ? [['transaction_timeout', 2 * queryTimeoutMs] as const] : []),
  ];
}
