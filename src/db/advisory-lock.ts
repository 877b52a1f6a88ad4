import { setTimeout as wait } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import { neverEndIdle } from '../shared/never-end-idle';

/** Work that may run only once at a time on a database. Every release must use the same numbers. */
export const advisoryLocks = { migrate: 7_130_001, correctTotals: 7_130_002 } as const;

const pauseMs = 200;

/**
 * Holds a session-level advisory lock while the work runs. The lock ends with its connection, so a killed process
 * leaves nothing to clean up.
 * @param onWait called once if another process holds the lock.
 */
export async function withAdvisoryLock<T>(
  config: ClientConfig,
  lock: keyof typeof advisoryLocks,
  onWait: () => void,
  work: () => Promise<T>,
): Promise<T> {
  const client = new Client({ ...config, keepAlive: true, application_name: `footfall-lock-${lock}` });
  // What ends this connection, such as a restart of the server, ends those of the work as well.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(neverEndIdle);
    const tryLock = async (): Promise<boolean> => {
      const key = [advisoryLocks[lock]];
      const { rows } = await client.query<{ taken: boolean }>(
        'SELECT pg_try_advisory_lock($1) AS taken',
        key,
      );
      return rows[0]?.taken === true;
    };
    if (!(await tryLock())) {
      onWait();
      // A statement that waited for the lock would hold up CREATE INDEX CONCURRENTLY of the process that holds it.
      do await wait(pauseMs);
      while (!(await tryLock()));
    }
    return await work();
  } finally {
    await client.end();
  }
}
