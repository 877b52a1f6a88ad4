import { beginRetirement, findRetirementStart } from '../../src/services/commands/retiring/begin-retirement';
import { retirePart } from '../../src/services/commands/retiring/retire-visits';
import { catchUp } from '../../src/services/commands/rolling/catch-up';
import type { RunStatement } from '../../src/shared/statement';
import type { TestDatabase } from './test-database';

/** Retires as the command does. Returns the moment before which visits were retired. */
export async function retire(run: RunStatement, months: number, most = 10_000): Promise<Date> {
  const before = await findRetirementStart(run, months);
  await catchUp(run);
  const retirement = await beginRetirement(run, before, 'test');
  while (retirement && (await retirePart(run, retirement.id, { most, wholePartitions: true })).remaining);
  return before;
}

/** Splits an empty log by month: a partition for each of the last five months, one for all before, and one from now on. */
export async function splitEmptyLog(database: TestDatabase): Promise<void> {
  const month = (ago: number): string =>
    `(date_trunc('month', now() AT TIME ZONE 'UTC') - ${ago} * interval '1 month') AT TIME ZONE 'UTC'`;
  await database.query(`ALTER TABLE visits DETACH PARTITION visits_before_months`);
  await database.query(`DO $$ BEGIN
    EXECUTE format('CREATE TABLE visits_earlier PARTITION OF visits FOR VALUES FROM (MINVALUE) TO (%L)', ${month(5)});
    EXECUTE format('ALTER TABLE visits ATTACH PARTITION visits_before_months FOR VALUES FROM (%L) TO (%L)',
      ${month(0)}, ${month(-2)});
  END $$`);
  for (const ago of [1, 2, 3, 4, 5]) {
    await database.query(`DO $$ BEGIN
      EXECUTE format('CREATE TABLE visits_ago_${ago} PARTITION OF visits FOR VALUES FROM (%L) TO (%L)',
        ${month(ago)}, ${month(ago - 1)});
    END $$`);
  }
}
