import { diagnoseFailure } from './diagnose-failure';
import { readinessFaults } from '../shared/readiness-faults';

/** Describes in one line why a command failed and, where the cure is known, what to do. */
export function describeFailure(error: unknown): string {
  return `${describeError(error)}${adviseOn(error)}`;
}

// Node gathers the failures of several addresses in an error without a message of its own.
function describeError(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describeError).join('; ');
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? describeError(error.cause) : '';
  return error.message.includes(cause) ? error.message : `${error.message} (${cause})`;
}

function adviseOn(error: unknown): string {
  const code = diagnoseFailure(error);
  return code === 'database-unavailable' ? '' : `; ${readinessFaults[code].cure}`;
}
