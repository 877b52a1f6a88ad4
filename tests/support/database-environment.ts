import { readServerAddress } from './server-address';

/** Returns the environment variables with which another process finds a test database. */
export function databaseEnvironment(database: string): Record<string, string> {
  const { host, port, username, password } = readServerAddress();
  return {
    DB_HOST: host,
    DB_PORT: String(port),
    DB_NAME: database,
    DB_USERNAME: username,
    DB_PASSWORD: password,
  };
}
