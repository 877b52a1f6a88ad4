/** The logged form of an error. */
export interface LoggedError {
  readonly type: string;
  readonly message: string;
  /** Codes of Footfall, Node, and PostgreSQL, and the schema objects that PostgreSQL names. */
  readonly [field: string]: unknown;
  /** Without the message. */
  readonly stack?: string;
  readonly cause?: LoggedError;
}

const loggedFields = [
  'code',
  'outcome',
  'syscall',
  'address',
  'port',
  'severity',
  'schema',
  'table',
  'column',
  'constraint',
];

/** Data exceptions and syntax errors: their messages quote the value or the statement. */
const quotingStates = /^(22\w{3}|42601)$/;

const deepestCause = 5;

/**
 * Reduces an error to what may be logged. Drivers attach the row, the parameters, and the SQL text to their
 * errors, and so user names: only fields that cannot contain any are copied, and a message only if it does
 * not quote client input.
 */
export function serializeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'the thrown value is not an Error' };
  const fields = error as unknown as Readonly<Record<string, unknown>>;
  // Sequelize keeps the server's error as `parent`.
  const cause = error.cause ?? fields['parent'];
  const quotes = quotesInput(error);
  return {
    type: error.name,
    message: quotes ? 'not logged because it may quote client input' : error.message,
    ...Object.fromEntries(
      loggedFields.filter((name) => isPlain(fields[name])).map((name) => [name, fields[name]]),
    ),
    stack: readFrames(error),
    ...(cause instanceof Error && depth < deepestCause ? { cause: serializeError(cause, depth + 1) } : {}),
  };
}

// A wrapping error may repeat the message of its cause.
function quotesInput(error: Error, depth = 0): boolean {
  const { code, parent } = error as { code?: unknown; parent?: unknown };
  if (typeof code === 'string' && quotingStates.test(code)) return true;
  const cause = error.cause ?? parent;
  return cause instanceof Error && depth < deepestCause && quotesInput(cause, depth + 1);
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

function readFrames({ stack = '' }: Error): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
