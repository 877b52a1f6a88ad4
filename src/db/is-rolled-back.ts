import { DatabaseError as ServerError } from 'pg';

// https://www.postgresql.org/docs/current/errcodes-appendix.html: broken connections, lack of resources, operator
// intervention that ends sessions, failures of the system, and the timeouts that end a session.
const doubtful = /^(?:08|53|57P|58|F0|XX)|^25P0[34]$/;

/**
 * Tells an ERROR of the server, after which the statement is rolled back and the connection is sound, from everything
 * that leaves both in doubt: FATAL, a reset, an end of stream, no answer in time. The server says the severity in its
 * own language (`lc_messages`), so where the word is not English the code decides.
 */
export function isRolledBack(error: unknown): boolean {
  if (!(error instanceof ServerError)) return false;
  if (error.severity === 'ERROR') return true;
  return !['FATAL', 'PANIC'].includes(error.severity ?? '') && !doubtful.test(error.code ?? '08');
}
