import type { Migration } from '../src/shared/migration';

/**
 * Finds the visits of a span of time over all visitors. The log is appended in the order of time, so a block-range
 * index of a few kilobytes does it, and appending costs next to nothing. See docs/decisions/0010.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    // Building holds up writers; rather fail than queue behind a long transaction. A large log gets the index
    // beforehand, by hand and CONCURRENTLY, and this statement then finds it.
    await run(`SET LOCAL lock_timeout = '2s'`);
    await run(`CREATE INDEX IF NOT EXISTS visits_visited_at ON visits
      USING brin (visited_at) WITH (pages_per_range = 32, autosummarize = on)`);
  },

  async down({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    await run('DROP INDEX visits_visited_at');
  },
};
