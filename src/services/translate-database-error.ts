import { DatabaseError as ServerError } from 'pg';
import { BaseError, ConnectionError, DatabaseError } from 'sequelize';
import { DomainError } from '../shared/domain-error';
import { StatementError } from '../shared/statement';

/**
 * SQLSTATEs by which a database says "not now", by class or whole: connection failures, rollbacks after a conflict,
 * a full server, an operator's stop, a lock or statement timeout, a schema that is not migrated yet.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const passingStates = /^(08|40|53|57|55P03|42P01|42703|25P03|25006)/;

const connectionLoss =
  /Query read timeout|Connection terminated|timeout expired|not queryable|pool is draining|manager was closed/;

/** What the database was asked to do, which decides what a failure leaves open. */
export type DatabaseWork = 'record' | 'read';

/**
 * Turns what the driver or Sequelize throws into a domain error where the trouble is the database's state and not
 * our mistake; everything else comes back as it is, to be logged as a fault.
 */
export function translateDatabaseError(error: unknown, work: DatabaseWork): unknown {
  if (isNameRefused(error)) {
    return new DomainError('invalid-username', 'This is not a user name: the database does not accept it.', {
      cause: error,
    });
  }
  if (work === 'record' && error instanceof StatementError && error.outcome === 'unknown') {
    return new DomainError(
      'outcome-unknown',
      'The connection to the database was lost while the visit was being recorded: it may or may not be counted.',
      { cause: error },
    );
  }
  if (error instanceof StatementError && error.cause instanceof DomainError) return error.cause;
  if (!isPassing(error)) return error;
  return new DomainError(
    'database-unavailable',
    `The database does not answer at the moment${work === 'record' ? '; nothing was recorded' : ''}. Ask again.`,
    { cause: error },
  );
}

/** Whether the database refused a statement because of what is in it, and recorded nothing of it. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof StatementError) || error.outcome !== 'not-run') return false;
  return error.cause instanceof ServerError && !isPassing(error);
}

// check_violation; the checks of a name repeat the rules of `parseUsername`.
function isNameRefused(error: unknown): boolean {
  if (!(error instanceof StatementError) || !(error.cause instanceof ServerError)) return false;
  const { code, constraint = '' } = error.cause;
  return code === '23514' && constraint.startsWith('visitors_username_');
}

function isPassing(error: unknown): boolean {
  if (error instanceof StatementError) return isPassing(error.cause);
  if (error instanceof ConnectionError) return true;
  if (error instanceof DatabaseError) return isPassing(error.parent);
  if (error instanceof BaseError || !(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  // Without a SQLSTATE the server did not speak: the socket did, or the driver's own timeout.
  if (typeof code !== 'string') return connectionLoss.test(error.message);
  return /^E[A-Z]+$/.test(code) || passingStates.test(code);
}
