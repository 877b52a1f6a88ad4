import type { Migration } from '../src/shared/migration';
import { replaceInFunction } from '../src/shared/replace-in-function';

/**
 * Lets `totals verify` compare the sorted totals in one pass. With more changed totals or new visits than the planner
 * expected to fit in memory, it searched a list of them for each visitor: 300,000 new names took more than a minute.
 * Expand only.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run(replaceInFunction('compare_sorted_totals()', searched, joined));
    // All of these tables are read whole, so a loop is right only if they are empty.
    await run('ALTER FUNCTION compare_sorted_totals() SET enable_nestloop = off');
  },

  async down({ run }) {
    await run('ALTER FUNCTION compare_sorted_totals() RESET enable_nestloop');
    await run(replaceInFunction('compare_sorted_totals()', joined, searched));
  },
};

const differs = (
  condition: string,
): string => `WHERE sorted_totals.visits IS DISTINCT FROM coalesce(visit_totals.visits, 0)
      AND ${condition}`;

const notCopied = `(
        SELECT visitor_id FROM changed_totals
        UNION SELECT visitor_id FROM visits
        WHERE id > coalesce((SELECT rolled_id FROM visit_rollup), -9223372036854775808) AND id <= 9223372036854775807
      )`;

const searched = differs(`visitors.id NOT IN ${notCopied}`);

const joined = `LEFT JOIN ${notCopied} AS due ON due.visitor_id = visitors.id
    ${differs('due.visitor_id IS NULL')}`;
