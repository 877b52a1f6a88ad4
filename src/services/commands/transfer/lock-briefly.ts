import { setTimeout as wait } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import { OperatorError } from '../../../shared/operator-error';
import { isConflict } from '../../translate-database-error';

const attempts = 20;
const pauseMs = 500;

/**
 * Runs the last statements of a transaction, which lock rows that visits need. If one of the rows is locked elsewhere,
 * all locks are released, so that no visit waits with them, and the statements are run again later. The savepoint
 * `brief` remains: rolling back to it releases the locks.
 * @throws {OperatorError} if a row stays locked.
 */
export async function lockBriefly<T>(client: ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('SAVEPOINT brief');
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(`SET LOCAL lock_timeout = '${pauseMs}ms'`);
      return await work();
    } catch (error) {
      if (!isConflict(error)) throw error;
      if (attempt === attempts) throw new OperatorError(advice);
      await client.query('ROLLBACK TO SAVEPOINT brief');
      await wait(pauseMs);
    }
  }
}

const advice =
  'another transaction keeps names locked that this changes; nothing was changed. End that transaction, and try again';
