import { Client } from 'pg';

/** How to connect to a server. */
export interface Connectable {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly database: string;
}

/** Runs statements on a new connection and returns the rows of the last one. */
export async function query(
  server: Connectable,
  ...statements: string[]
): Promise<Record<string, unknown>[]> {
  const { host, port, username: user, password, database } = server;
  const client = new Client({ host, port, user, password, database });
  client.on('error', () => undefined);
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}
