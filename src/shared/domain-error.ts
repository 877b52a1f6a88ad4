/** Stable codes for programs. Only `http` maps them to status codes. */
export type DomainErrorCode =
  | 'invalid-username'
  | 'visitor-not-found'
  | 'too-many-points'
  | 'idempotency-key-reused'
  | 'overloaded'
  | 'database-unavailable'
  | 'outcome-unknown'
  | 'totals-missing';

/**
 * An expected failure: a code for programs, and a message for people that says what to do next. The cause
 * goes to the log, never to a client.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly code: DomainErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
