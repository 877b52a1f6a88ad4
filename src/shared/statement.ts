/** An SQL statement. */
export interface Statement {
  /** If given, each connection parses it once and may keep its plan. Unique to the text. */
  readonly name?: string;
  readonly text: string;
}

/**
 * Runs a statement in a transaction of its own and resolves with its rows after its commit.
 * @throws {StatementError} saying what is known of its outcome.
 */
export type RunStatement = <Row extends object>(
  statement: Statement,
  values: readonly unknown[],
) => Promise<Row[]>;

/**
 * What is known of a statement that failed:
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
