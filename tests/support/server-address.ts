import { readFileSync } from 'node:fs';

/** Names the file that says where this run's PostgreSQL is; set by the global set-up, read by the workers. */
export const serverVariable = 'FOOTFALL_TEST_SERVER';

/** Where this run's PostgreSQL is and who may log in. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

/** Reads the address of this run's server. */
export function readServerAddress(): ServerAddress {
  const file = process.env[serverVariable];
  if (!file) throw new Error('the test server is not up: run the tests through jest');
  return JSON.parse(readFileSync(file, 'utf8')) as ServerAddress;
}
