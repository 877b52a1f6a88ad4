import type { Migration } from '../src/shared/migration';

/**
 * Adds what was in the log before the triggers were. Writers go on meanwhile: in any one snapshot the log and the
 * totals differ by exactly that backlog, since every later visit moves both at once, and one statement sees one
 * snapshot. So the difference is measured once and added to whatever the total has become.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    // Counting takes its time, and the rows that are written stay locked: all is counted before the first is.
    await run(`WITH measured AS MATERIALIZED (
        SELECT visitors.id, count(visits.id) - coalesce(max(before.visits), 0) AS backlog
        FROM visitors
        LEFT JOIN visits ON visits.visitor_id = visitors.id
        LEFT JOIN visit_totals AS before ON before.visitor_id = visitors.id
        GROUP BY visitors.id
      )
      INSERT INTO visit_totals AS total (visitor_id, visits)
      SELECT id, backlog FROM measured ORDER BY id
      ON CONFLICT (visitor_id) DO UPDATE SET visits = total.visits + excluded.visits
      WHERE excluded.visits <> 0`);
  },

  // The rows are right and stay right; they go with their table, in the migration before this one.
  down: () => Promise.resolve(),
};
