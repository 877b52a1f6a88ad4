import type { Client } from 'pg';
import { toDriverSession, type DriverSession } from './driver-session';

/**
 * Creates the function that closes the connections whose session the server does not know. After a fail-over the address
 * leads to another server, and a host that is gone closes no connection: without this, each would wait for its timeout.
 * A call made while another one is asking shares its answer. Never rejects.
 * @param createClient creates a client with short timeouts, because the server may be silent.
 * @param listSessions lists the open connections of the pool.
 */
export function createSessionDrop(
  createClient: () => Client,
  listSessions: () => readonly DriverSession[],
): () => Promise<void> {
  let dropping: Promise<void> | undefined;
  const drop = async (): Promise<void> => {
    const asked = listSessions();
    const known = await readKnown(createClient(), asked);
    if (!known) return;
    for (const { processID, connection } of asked) {
      if (processID !== null && !known.has(processID)) connection?.stream?.destroy();
    }
  };
  return () =>
    (dropping ??= drop()
      .catch(() => undefined)
      .finally(() => {
        dropping = undefined;
      }));
}

const selectKnown = `
  SELECT pg_backend_pid() AS own, ARRAY(SELECT pid FROM pg_stat_activity WHERE pid = ANY ($1::int[])) AS known`;

/** Returns the ids of the sessions that the server knows. Undefined behind a pooler, which gives out ids of its own. */
async function readKnown(
  client: Client,
  sessions: readonly DriverSession[],
): Promise<Set<number> | undefined> {
  const ids = sessions.flatMap(({ processID }) => processID ?? []);
  const own = toDriverSession(client);
  try {
    await client.connect();
    const { rows } = await client.query<{ own: number; known: number[] }>(selectKnown, [ids]);
    void client.end().catch(() => undefined);
    const [row] = rows;
    return row?.own === own.processID ? new Set(row.known) : undefined;
  } catch (error) {
    // An orderly close would wait for a server that is silent.
    own.connection?.stream?.destroy();
    throw error;
  }
}
