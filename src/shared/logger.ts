import { pino, type DestinationStream, type Logger } from 'pino';
import { serializeError } from './serialize-error';

export type { Logger } from 'pino';

/** What a logger is made of: the lowest level that is written, and whether a person reads it live. */
export interface LoggerOptions {
  readonly level: string;
  /** True on a terminal: readable lines instead of JSON, where the development package is installed. */
  readonly pretty: boolean;
}

/**
 * Creates the process's logger: JSON lines on stdout, or readable lines on a terminal. Errors go into the field `err`,
 * of which only what holds no user name is written.
 */
export function createLogger({ level, pretty }: LoggerOptions): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: (error: unknown) => serializeError(error) },
  };
  return pretty && isPrettyInstalled()
    ? pino(options, pino.transport({ target: 'pino-pretty' }) as DestinationStream)
    : pino(options);
}

// A development dependency: images do not have it, and a container's stdout is no terminal anyway.
function isPrettyInstalled(): boolean {
  try {
    require.resolve('pino-pretty');
    return true;
  } catch {
    return false;
  }
}
