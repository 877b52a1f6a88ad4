import type { Client } from 'pg';

/** What `pg` knows of a connection, and its types leave out. */
export interface DriverSession {
  /** The id of the session, as the server told it. A pooler gives out ids of its own. */
  readonly processID: number | null;
  readonly connection?: { readonly stream?: { destroy(): void } };
}

/** Returns what `pg` knows of a connection. */
export function toDriverSession(client: Client): DriverSession {
  return client as unknown as DriverSession;
}

/** Reads the id of the session that runs this statement. */
export async function readSessionId(client: Client): Promise<number> {
  const { rows } = await client.query<{ id: number }>('SELECT pg_backend_pid() AS id');
  return rows[0]?.id ?? 0;
}

/** Whether the session belongs to this connection, and not to a pooler. */
export async function isDirect(client: Client): Promise<boolean> {
  return (await readSessionId(client)) === toDriverSession(client).processID;
}
