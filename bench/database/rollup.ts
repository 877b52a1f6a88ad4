import { setTimeout as wait } from 'node:timers/promises';
import type { BenchDatabase } from './create-bench-database';
import { vacuum } from './vacuum';

const deadlineMs = 20 * 60_000;

/**
 * Waits until a running service has rolled up the whole log, and vacuums the counts; does nothing if the schema rolls
 * nothing up.
 */
export async function waitUntilRolledUp(database: BenchDatabase): Promise<void> {
  if (!(await isRolledUp(database))) return;
  const missing = `SELECT (SELECT coalesce(max(id), 0) FROM visits) >
    (SELECT coalesce(max(rolled_id), 0) FROM visit_rollup) AS missing`;
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const [row] = await database.query<{ missing: boolean }>(missing);
    if (row?.missing !== true) break;
    if (performance.now() > deadline) throw new Error('the log was not rolled up in time');
    await wait(200);
  }
  await vacuum(database);
}

/** Rolled-up visits and those after the watermark, minus the log; undefined if nothing is rolled up. */
export async function compareRollup(database: BenchDatabase): Promise<number | undefined> {
  if (!(await isRolledUp(database))) return undefined;
  // One statement, so that all parts are of one moment.
  const [row] = await database.query<{ difference: string }>(
    `SELECT (SELECT coalesce(sum(visits), 0) FROM visit_counts_of_all WHERE grain = 0)
       - (SELECT count(*) FROM visits WHERE id <= (SELECT max(rolled_id) FROM visit_rollup)) AS difference`,
  );
  return Number(row?.difference);
}

async function isRolledUp(database: BenchDatabase): Promise<boolean> {
  const [row] = await database.query<{ found: boolean }>(
    `SELECT to_regclass('visit_rollup') IS NOT NULL AS found`,
  );
  return row?.found === true;
}
