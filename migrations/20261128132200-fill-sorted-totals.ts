import type { Migration } from '../src/shared/migration';

/**
 * Copies the totals that were there before the triggers, while visits go on. No pass of the roll-up runs meanwhile, so
 * visits that come after the snapshot of the copy are in the tail, and other changes in `changed_totals`.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    // Passes and visits with an explicit old id wait for this lock. Reads and other visits do not.
    await run('LOCK TABLE visit_rollup IN EXCLUSIVE MODE');
    await run(`INSERT INTO sorted_totals AS sorted (visitor_id, visits)
      SELECT visitors.id, coalesce(total.visits, 0)
      FROM visitors LEFT JOIN visit_totals AS total ON total.visitor_id = visitors.id
      ON CONFLICT (visitor_id) DO UPDATE SET visits = excluded.visits WHERE sorted.visits <> excluded.visits`);
    // In any one snapshot the tables and the changes differ by what was there before the triggers.
    await run(`INSERT INTO summary_changes (visitors, balances)
      SELECT (SELECT count(*) FROM visitors) - sum(visitors),
             (SELECT coalesce(sum(visits), 0) FROM opening_balances) - sum(balances) FROM summary_changes`);
    await run('ANALYZE sorted_totals');
  },

  // The rows are removed with their tables.
  down: () => Promise.resolve(),
};
