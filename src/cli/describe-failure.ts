import { findSqlState } from '../shared/find-sql-state';

/** Describes in one line why a command failed and, where the cure is known, what to do. */
export function describeFailure(error: unknown): string {
  return `${describeError(error)}${adviseOn(error)}`;
}

// Node gathers the failures of several addresses in an error without a message of its own.
function describeError(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describeError).join('; ');
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${describeError(error.cause)})` : '';
  return `${error.message}${cause}`;
}

function adviseOn(error: unknown): string {
  // insufficient_privilege
  if (findSqlState(error) !== '42501') return '';
  return '; commands log in as the owner of the tables: set DB_OWNER_USERNAME and DB_OWNER_PASSWORD';
}
