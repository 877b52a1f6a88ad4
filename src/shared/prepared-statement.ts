/** A statement that each connection parses and plans once. The name must be unique to the text. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
}

/**
 * Runs a prepared statement in a transaction of its own and resolves after its commit.
 * @throws {StatementError} saying what is known about its outcome.
 */
export type RunPrepared = <Row extends object>(
  statement: PreparedStatement,
  values: readonly unknown[],
) => Promise<Row[]>;

/**
 * What is known about a statement that failed:
 * `not-run`: it never reached the database, or the database refused it and rolled it back;
 * `unknown`: the connection was lost while it ran, so it may have been committed.
 */
export type StatementOutcome = 'not-run' | 'unknown';

/** A statement whose commit was not seen. */
export class StatementError extends Error {
  override readonly name = 'StatementError';

  constructor(
    readonly outcome: StatementOutcome,
    options: { cause: unknown },
  ) {
    super(
      `statement ${outcome}: ${options.cause instanceof Error ? options.cause.message : 'no reason given'}`,
      options,
    );
  }
}
