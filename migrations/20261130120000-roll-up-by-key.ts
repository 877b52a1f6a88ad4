import type { Migration } from '../src/shared/migration';
import { replaceInFunction } from '../src/shared/replace-in-function';

/**
 * Lets the roll-up look up each row by its key, whatever the statistics say. A table from which all rows are taken again
 * and again is often counted while it has none. Then the planner compared each changed total with each other: a pass
 * after 40,000 new names took minutes, and in a service it failed at its time limit, over and over. Expand only.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run(replaceInFunction('copy_changed_totals(integer)', joined, byKey));
    await run('ALTER FUNCTION roll_up_visits(integer) SET enable_seqscan = off');
  },

  async down({ run }) {
    await run('ALTER FUNCTION roll_up_visits(integer) RESET enable_seqscan');
    await run(replaceInFunction('copy_changed_totals(integer)', byKey, joined));
  },
};

const joined = 'WHERE id IN (SELECT id FROM changed_totals ORDER BY id LIMIT most)';

// An array is read once, before the rows are. A subquery may be joined.
const byKey = 'WHERE id = ANY (ARRAY(SELECT id FROM changed_totals ORDER BY id LIMIT most))';
