import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';

/**
 * Two-part key of the session-level advisory lock in database `postgres` that makes a process the owner of the
 * server; ASCII "FOOT" and 1. The lock ends with the connection, so even `kill -9` of the owner frees it.
 */
export const ownerLock = { space: 0x464f4f54, key: 1 } as const;

/**
 * Tries to become the owner; the lock stays with this connection.
 * @param patience milliseconds to keep trying: the backend of a process that was just killed lingers a little
 */
export async function claimOwner(client: Client, patience: number): Promise<boolean> {
  const deadline = Date.now() + patience;
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock($1, $2) AS locked',
      [ownerLock.space, ownerLock.key],
    );
    if (rows[0]?.locked) return true;
    if (Date.now() >= deadline) return false;
    await sleep(50);
  }
}

/** Finds the process that owns the server; undefined when nobody does, or its connection tells no process. */
export async function findOwner(client: Client): Promise<number | undefined> {
  const { rows } = await client.query<{ application_name: string }>(
    `SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE locktype = 'advisory' AND granted AND classid = $1 AND objid = $2 AND objsubid = 2`,
    [ownerLock.space, ownerLock.key],
  );
  return Number(/:(\d+)$/.exec(rows[0]?.application_name ?? '')?.[1]) || undefined;
}
