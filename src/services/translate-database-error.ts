import { DatabaseError as ServerError } from 'pg';
import { BaseError, ConnectionError, DatabaseError } from 'sequelize';
import { DomainError } from '../shared/domain-error';
import { findSqlState } from '../shared/find-sql-state';
import { StatementError } from '../shared/statement';

/**
 * SQLSTATEs (or their classes) of passing trouble: connection failures, rollbacks after a conflict, a full server, a
 * stop by the operator, a lock or statement timeout, a schema that is not migrated yet, a pooler that loses prepared
 * statements.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const passingStates = /^(08|40|53|57|55P03|42P01|42703|25P03|25006|26000|42P05)/;

const connectionLoss =
  /Query read timeout|Connection terminated|timeout expired|not queryable|pool is draining|manager was closed/;

/** What the database was asked to do. */
export type DatabaseWork = 'record' | 'read';

/**
 * Turns an error of the driver or of Sequelize into a domain error if its cause is the state of the database or the
 * caller's input. Every other error is returned unchanged, to be logged as a fault.
 */
export function translateDatabaseError(error: unknown, work: DatabaseWork): unknown {
  if (isNameRefused(error)) {
    return new DomainError('invalid-username', 'This is not a user name: the database does not accept it.', {
      cause: error,
    });
  }
  if (isIdTaken(error)) {
    return new DomainError(
      'database-unavailable',
      'The database gives out ids that are taken; nothing was recorded. "footfall totals rebuild" corrects it.',
      { cause: error },
    );
  }
  if (work === 'record' && error instanceof StatementError && error.outcome === 'unknown') {
    return new DomainError(
      'outcome-unknown',
      'The connection to the database was lost while the visit was being recorded: it may or may not be counted.',
      { cause: error },
    );
  }
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
  // Data exception and integrity constraint violation. Any other error would repeat itself for each half of a batch.
  return error.cause instanceof ServerError && /^2[23]/.test(error.cause.code ?? '');
}

// lock_not_available, deadlock_detected, serialization_failure (a name has become an alias)
const conflictStates = ['55P03', '40P01', '40001'];

/** Whether a statement changed nothing because of another transaction, so that it may be repeated. */
export function isConflict(error: unknown): boolean {
  if (error instanceof StatementError && error.outcome === 'unknown') return false;
  return conflictStates.includes(findSqlState(error) ?? '');
}

// The checks that repeat the rules of `parseUsername`.
const nameChecks = /^visitors_username_(length|normalised|reserved|trimmed|characters)$/;

function isNameRefused(error: unknown): boolean {
  if (!(error instanceof StatementError) || !(error.cause instanceof ServerError)) return false;
  const { code, constraint = '' } = error.cause;
  // check_violation
  return code === '23514' && nameChecks.test(constraint);
}

// A sequence is behind its table, as on the new server of a logical replication.
function isIdTaken(error: unknown): boolean {
  if (!(error instanceof StatementError) || !(error.cause instanceof ServerError)) return false;
  const { code, constraint = '' } = error.cause;
  // unique_violation
  return code === '23505' && constraint.endsWith('_pkey');
}

function isPassing(error: unknown): boolean {
  if (error instanceof StatementError) return isPassing(error.cause);
  if (error instanceof ConnectionError) return true;
  if (error instanceof DatabaseError) return isPassing(error.parent);
  if (error instanceof BaseError || !(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  // Without a SQLSTATE the error comes from the socket or from the driver's own timeout.
  if (typeof code !== 'string') return connectionLoss.test(error.message);
  return /^E[A-Z]+$/.test(code) || passingStates.test(code);
}
