import type { EmbeddedDatabase, ExternalDatabase } from './settings';

/** Says where the same database is for whoever owns its tables, if that is not the service itself. */
export function logInAsOwner(
  database: ExternalDatabase | EmbeddedDatabase,
): ExternalDatabase | EmbeddedDatabase {
  return database.kind === 'external' && database.owner ? { ...database, ...database.owner } : database;
}
