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

// 42501 is insufficient_privilege. Sequelize and the statement runner wrap the server's error.
function adviseOn(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { code, parent } = error as { code?: unknown; parent?: unknown };
  if (code !== '42501') return adviseOn(parent ?? error.cause);
  return '; commands log in as the owner of the tables: set DB_OWNER_USERNAME and DB_OWNER_PASSWORD';
}
