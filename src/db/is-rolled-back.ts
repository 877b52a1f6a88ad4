import { DatabaseError as ServerError } from 'pg';

// Broken connections, lack of resources, stops by the operator, system failures, and timeouts that end a session.
// https://www.postgresql.org/docs/current/errcodes-appendix.html
const isDoubtful = /^(?:08|53|57P|58|F0|XX)|^25P0[34]$/;

/**
 * Whether a statement was certainly rolled back and its connection can still be used. That is so after an ERROR of the
 * server, and not after FATAL, a reset, an end of stream or a timeout. The server writes the severity in its own
 * language (`lc_messages`), so if the word is not English, the code decides.
 */
export function isRolledBack(error: unknown): boolean {
  if (!(error instanceof ServerError)) return false;
  // Old versions of PgBouncer send the loss of the server in the middle of a statement as an ERROR of this class.
  if (error.severity === 'ERROR') return error.code?.startsWith('08') !== true;
  return !['FATAL', 'PANIC'].includes(error.severity ?? '') && !isDoubtful.test(error.code ?? '08');
}
