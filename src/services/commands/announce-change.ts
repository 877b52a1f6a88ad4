import type { ClientBase } from 'pg';
import { liveChannel } from '../live/notice';

/**
 * Tells every service on the database to read its live numbers again. In a transaction, they are told after its commit
 * and not after a rollback.
 */
export async function announceChange(client: ClientBase): Promise<void> {
  await client.query(`SELECT pg_notify('${liveChannel}', '')`);
}
