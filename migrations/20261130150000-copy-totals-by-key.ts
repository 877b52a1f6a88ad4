import type { Migration } from '../src/shared/migration';
import { replaceInFunction } from '../src/shared/replace-in-function';

/**
 * Lets each pass of the roll-up look the totals up that it copies, whatever the statistics say: a subquery that is a
 * value is never joined. After a large load that was counted too early, each name was compared with each, and the pass,
 * which has such tables counted anew at its end, failed at its time limit. Expand only.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run(replaceInFunction('copy_totals(bigint[])', joined, lookedUp));
    await run(replaceInFunction('copy_changed_totals(integer)', isJoinedAway, isAway));
  },

  async down({ run }) {
    await run(replaceInFunction('copy_changed_totals(integer)', isAway, isJoinedAway));
    await run(replaceInFunction('copy_totals(bigint[])', lookedUp, joined));
  },
};

const joined = `SELECT visitors.id, coalesce(total.visits, 0)
    FROM visitors LEFT JOIN visit_totals AS total ON total.visitor_id = visitors.id
    WHERE visitors.id IN (SELECT DISTINCT unnest(visitor_ids))`;

const lookedUp = `SELECT asked.id, coalesce((SELECT total.visits FROM visit_totals AS total WHERE total.visitor_id = asked.id), 0)
    FROM (SELECT DISTINCT unnest(visitor_ids) AS id) AS asked
    WHERE (SELECT true FROM visitors WHERE visitors.id = asked.id)`;

const isJoinedAway = 'AND NOT EXISTS (SELECT FROM visitors WHERE id = visitor_id)';

const isAway = 'AND (SELECT true FROM visitors WHERE id = visitor_id) IS NULL';
