import type { RunStatement, Statement } from '../../shared/statement';

// Before the first pass nothing is rolled up. Ids of the log begin at 1.
const readLag: Statement = {
  name: 'roll-up-lag',
  text: `
    SELECT greatest(0, coalesce(pg_sequence_last_value(pg_get_serial_sequence('visits', 'id')::regclass), 0)
      - greatest(0, (SELECT rolled_id FROM visit_rollup))) AS lag`,
};

/** Returns how many visits are not rolled up yet, by their ids: gaps count too, and visits with ids of their own do not. */
export async function getRollUpLag(run: RunStatement): Promise<number> {
  const [row] = await run<{ lag: string }>(readLag, []);
  return Number(row?.lag ?? 0);
}
