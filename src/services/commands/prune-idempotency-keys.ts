import type { PreparedStatement, RunPrepared } from '../../shared/prepared-statement';
import { keyLifetime } from '../key-lifetime';

/** Rows that another process is removing, or that a visit is taking over, are left to them. */
const pruneSome: PreparedStatement = {
  name: 'prune-idempotency-keys',
  text: `
    DELETE FROM idempotency_keys WHERE key IN (
      SELECT key FROM idempotency_keys WHERE created_at <= now() - ${keyLifetime}
      ORDER BY created_at LIMIT $1 FOR UPDATE SKIP LOCKED
    ) RETURNING 1 AS pruned`,
};

/** Removes keys that are past their time, the oldest first, at most `most`; says how many. */
export async function pruneIdempotencyKeys(run: RunPrepared, most: number): Promise<number> {
  return (await run(pruneSome, [most])).length;
}
