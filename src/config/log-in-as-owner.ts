import type { EmbeddedDatabase, ExternalDatabase } from './settings';

/** Returns the database with the login and the address of the owner of its tables, if the settings name them. */
export function logInAsOwner(
  database: ExternalDatabase | EmbeddedDatabase,
): ExternalDatabase | EmbeddedDatabase {
  if (database.kind === 'embedded' || !(database.owner ?? database.ownerAddress)) return database;
  return { ...database, ...database.owner, ...database.ownerAddress };
}
