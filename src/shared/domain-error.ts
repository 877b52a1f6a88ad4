/**
 * The stable codes a caller can rely on. `http` alone turns them into status codes;
 * nothing below it knows HTTP.
 */
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
 * A refusal with a reason: the code is for programs, the message is for the person who reads it and
 * says what to do next. The cause, where there is one, goes to the log and never to a client.
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
