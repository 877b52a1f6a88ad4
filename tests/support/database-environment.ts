import { readServerAddress } from './server-address';

/** The environment by which a process of its own finds a test database. */
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
