/** Returns the SQLSTATE of an error of the server, also one that Sequelize or the statement runner has wrapped. */
export function findSqlState(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, parent } = error as { code?: unknown; parent?: unknown };
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return code;
  return findSqlState(parent ?? error.cause);
}
