import { pino, type DestinationStream, type Logger } from 'pino';
import { serializeError } from './serialize-error';

export type { Logger } from 'pino';

/** The options of a logger. */
export interface LoggerOptions {
  /** The lowest level that is written. */
  readonly level: string;
  /** True on a terminal: readable lines instead of JSON, where the development package is installed. */
  readonly pretty: boolean;
}

/**
 * Creates the logger of the process: JSON lines on stdout, or readable lines on a terminal. Errors are
 * passed as `err` and logged without user names.
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

// A development dependency, which is not in the images.
function isPrettyInstalled(): boolean {
  try {
    require.resolve('pino-pretty');
    return true;
  } catch {
    return false;
  }
}
