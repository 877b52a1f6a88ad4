import type { Migration } from '../src/shared/migration';

/**
 * Finds the visits of a span of time over all visitors by a B-tree, also in a log that was imported out of order, where
 * the block ranges of 20261124130000 find nothing. See docs/decisions/0079. Expand only.
 */
export const migration: Migration = {
  // The release before finds visits by their visitor.
  downIsSafe: true,

  async prepare({ query }) {
    // A log that is split by month is indexed in `up`: PostgreSQL cannot do it while visits go on.
    const [log] = await query<{ isWhole: boolean; isUnfinished: boolean }>(`
      SELECT relkind = 'r' AS "isWhole", EXISTS (
        SELECT FROM pg_index WHERE indexrelid = to_regclass('visits_by_time') AND NOT indisvalid
      ) AS "isUnfinished"
      FROM pg_class WHERE oid = 'visits'::regclass`);
    if (!log?.isWhole) return;
    if (log.isUnfinished) await query('DROP INDEX CONCURRENTLY visits_by_time');
    await query('CREATE INDEX CONCURRENTLY IF NOT EXISTS visits_by_time ON visits (visited_at)');
  },

  async up({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    await run('DROP INDEX visits_visited_at');
    await run('CREATE INDEX IF NOT EXISTS visits_by_time ON visits (visited_at)');
    await run('CREATE INDEX retired_visits_quarter ON retired_visits (quarter)');
  },

  async down({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    await run('DROP INDEX visits_by_time, retired_visits_quarter');
    await run(`CREATE INDEX visits_visited_at ON visits
      USING brin (visited_at) WITH (pages_per_range = 32, autosummarize = on)`);
  },
};
