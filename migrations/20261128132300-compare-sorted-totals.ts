import type { Migration } from '../src/shared/migration';

/** Finds where the sorted totals and the summary differ from what they are derived from. For the owner's commands. */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run(compare);
    for (const name of functions) {
      await run(`DO $$ BEGIN EXECUTE format(
        'ALTER FUNCTION ${name} SET search_path = pg_catalog, %I, pg_temp', current_schema()
      ); END $$`);
      await run(`REVOKE ALL ON FUNCTION ${name} FROM PUBLIC`);
    }
  },

  async down({ run }) {
    for (const name of functions) await run(`DROP FUNCTION ${name}`);
  },
};

const functions = ['compare_sorted_totals()', 'compare_summary()'];

const compare = `
  CREATE FUNCTION compare_sorted_totals() RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    SELECT visitors.id FROM visitors
    LEFT JOIN visit_totals ON visit_totals.visitor_id = visitors.id
    LEFT JOIN sorted_totals ON sorted_totals.visitor_id = visitors.id
    WHERE sorted_totals.visits IS DISTINCT FROM coalesce(visit_totals.visits, 0)
      AND visitors.id NOT IN (
        SELECT visitor_id FROM changed_totals
        UNION SELECT visitor_id FROM visits
        WHERE id > coalesce((SELECT rolled_id FROM visit_rollup), -9223372036854775808) AND id <= 9223372036854775807
      )
  $$;
  CREATE FUNCTION compare_summary(OUT visitors bigint, OUT balances bigint) LANGUAGE sql STABLE AS $$
    SELECT (SELECT count(*) FROM visitors) - coalesce(sum(summary_changes.visitors), 0)::bigint,
           (SELECT coalesce(sum(visits), 0) FROM opening_balances)::bigint
             - coalesce(sum(summary_changes.balances), 0)::bigint
    FROM summary_changes
  $$`;
