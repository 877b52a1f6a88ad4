import { readFileSync } from 'node:fs';

/** The variable with the path of the file that has the address of this run's PostgreSQL. Set by the global set-up, or to run on a server with an empty template. */
export const serverVariable = 'FOOTFALL_TEST_SERVER';

/** Address and login of this run's PostgreSQL. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

/** Reads the address of this run's PostgreSQL. */
export function readServerAddress(): ServerAddress {
  const file = process.env[serverVariable];
  if (!file) throw new Error('the test server is not running: run the tests with jest');
  return JSON.parse(readFileSync(file, 'utf8')) as ServerAddress;
}
