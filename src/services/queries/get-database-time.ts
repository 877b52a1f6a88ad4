import type { RunStatement, Statement } from '../../shared/statement';

// The next whole millisecond, so that every visit that is committed by now lies before it.
const readTime: Statement = {
  name: 'database-time',
  text: `SELECT date_trunc('milliseconds', clock_timestamp()) + interval '1 ms' AS now`,
};

/** Reads the clock of the database, which dates the visits. The service's own clock may differ. */
export async function getDatabaseTime(run: RunStatement): Promise<Date> {
  const [row] = await run<{ now: Date }>(readTime, []);
  if (!row) throw new Error('the database returned no time');
  return row.now;
}
