/** What is logged of an error. */
export interface LoggedError {
  readonly type: string;
  readonly message: string;
  /** Codes of ours, of Node and of PostgreSQL, and what of the schema PostgreSQL names. */
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

/** Data exceptions and syntax errors: PostgreSQL quotes the value or the text in their messages. */
const quotingStates = /^(22\w{3}|42601)$/;

const deepestCause = 5;

/**
 * Says of an error what may stand in a log. Drivers keep the row, the parameters and the whole SQL text beside their
 * messages, and so user names: only fields that cannot hold any are taken over, and messages only where they quote
 * nothing that a client sent.
 */
export function serializeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'thrown, although it is no error' };
  const fields = error as unknown as Readonly<Record<string, unknown>>;
  // Sequelize keeps the server's error as `parent`.
  const cause = error.cause ?? fields['parent'];
  const quotes = quotesInput(error);
  return {
    type: error.name,
    message: quotes ? 'not logged, since it may quote what a client sent' : error.message,
    ...Object.fromEntries(
      loggedFields.filter((name) => isPlain(fields[name])).map((name) => [name, fields[name]]),
    ),
    stack: readFrames(error),
    ...(cause instanceof Error && depth < deepestCause ? { cause: serializeError(cause, depth + 1) } : {}),
  };
}

// Whoever wraps an error may repeat its message.
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
