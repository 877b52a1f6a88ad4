import type { EmbeddedDatabase, ExternalDatabase } from './settings';

/** Returns the database with the login of the owner of its tables, if the settings name one. */
export function logInAsOwner(
  database: ExternalDatabase | EmbeddedDatabase,
): ExternalDatabase | EmbeddedDatabase {
  return database.kind === 'external' && database.owner ? { ...database, ...database.owner } : database;
}
