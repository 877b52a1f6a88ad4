import type { Client } from 'pg';
import { waitForServer } from './connection';
import type { ServedCluster } from './server-process';

/**
 * Connects again to a server whose connection was lost, for at most 60 seconds: it may be recovering from the crash
 * of one session.
 * @returns undefined when its process is gone
 */
export async function reopenConnection(
  { password, cluster }: ServedCluster,
  port: number,
  isGone: () => boolean | Promise<boolean>,
): Promise<Client | undefined> {
  const connected = await waitForServer(() => ({ port, password, cluster }), isGone, Date.now() + 60_000);
  return connected?.client;
}
