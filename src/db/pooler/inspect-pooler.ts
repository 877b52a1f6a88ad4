import type { Client } from 'pg';
import { findSqlState } from '../../shared/find-sql-state';
import { readSessionId, toDriverSession } from '../driver-session';

/** Creates a client of the database, which is not connected yet. */
export type CreateClient = () => Client;

/**
 * What stands between a client and its session: nothing; a pooler that keeps one session for each client; or one that
 * gives each transaction any session, with or without the prepared statements of its client.
 */
export type Pooler = 'none' | 'session' | 'transaction' | 'transaction-unprepared';

const rounds = 10;

/**
 * Finds out whether there is a pooler, and what it keeps. A pooler gives out session ids of its own, so without one this
 * is one query. Otherwise two clients take turns: if they see the same session, or one sees two, sessions are shared.
 */
export async function inspectPooler(createClient: CreateClient): Promise<Pooler> {
  const clients: Client[] = [];
  const open = async (): Promise<Client> => {
    const client = createClient();
    client.on('error', () => undefined);
    clients.push(client);
    await client.connect();
    return client;
  };
  try {
    const first = await open();
    const session = await readSessionId(first);
    if (session === toDriverSession(first).processID) return 'none';
    const second = await open();
    if (!(await shareSessions(first, second, session))) return 'session';
    return (await keepStatements(first, second)) ? 'transaction' : 'transaction-unprepared';
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }
}

async function shareSessions(first: Client, second: Client, session: number): Promise<boolean> {
  let other: number | undefined;
  for (let round = 0; round < rounds; round += 1) {
    const seen = await readSessionId(second);
    if (seen === session || seen !== (other ??= seen)) return true;
    if ((await readSessionId(first)) !== session) return true;
  }
  return false;
}

// invalid_sql_statement_name and duplicate_prepared_statement
// https://www.postgresql.org/docs/current/errcodes-appendix.html
const lostStatement = new Set<unknown>(['26000', '42P05']);

async function keepStatements(first: Client, second: Client): Promise<boolean> {
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const client of [first, second]) {
        await client.query({ name: 'footfall-inspect-pooler', text: 'SELECT 1' });
      }
    }
    return true;
  } catch (error) {
    if (lostStatement.has(findSqlState(error))) return false;
    throw error;
  }
}
