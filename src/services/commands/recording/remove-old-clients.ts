import type { RunStatement, Statement } from '../../../shared/statement';

/** Rows that another process is removing, or that a visit is taking over, are left to them. */
const removeSome: Statement = {
  name: 'remove-counted-clients',
  text: `
    DELETE FROM counted_clients WHERE key = ANY (ARRAY(
      SELECT key FROM counted_clients WHERE counted_at <= now() - interval '24 hours'
      LIMIT $1 FOR UPDATE SKIP LOCKED
    )) RETURNING 1 AS removed`,
};

/** Removes clients that were counted longer ago than any `hours`, at most `most`. Returns how many. */
export async function removeOldClients(run: RunStatement, most: number): Promise<number> {
  return (await run(removeSome, [most])).length;
}
