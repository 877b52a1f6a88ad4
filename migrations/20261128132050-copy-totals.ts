import type { Migration } from '../src/shared/migration';

/** The steps of the roll-up that renew the sorted totals and add up the changes of the summary. Expand only. */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run(copyTotals);
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

const functions = ['copy_totals(bigint[])', 'copy_changed_totals(integer)', 'sum_up_changes()'];

// The caller holds the row of visit_rollup, so no other transaction changes these rows. A total is read after the visits
// and changes that it is copied for, so it holds all of them. If it holds more, their visitor is in the tail or in
// changed_totals until it is copied again.
const copyTotals = `
  CREATE FUNCTION copy_totals(visitor_ids bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO sorted_totals AS sorted (visitor_id, visits)
    SELECT visitors.id, coalesce(total.visits, 0)
    FROM visitors LEFT JOIN visit_totals AS total ON total.visitor_id = visitors.id
    WHERE visitors.id IN (SELECT DISTINCT unnest(visitor_ids))
    ON CONFLICT (visitor_id) DO UPDATE SET visits = excluded.visits WHERE sorted.visits <> excluded.visits
  $$;
  CREATE FUNCTION copy_changed_totals(most integer) RETURNS integer LANGUAGE plpgsql AS $$
  DECLARE
    visitor_ids bigint[];
  BEGIN
    WITH taken AS (
      DELETE FROM changed_totals
      WHERE id IN (SELECT id FROM changed_totals ORDER BY id LIMIT most) RETURNING visitor_id
    )
    SELECT array_agg(visitor_id) INTO visitor_ids FROM taken;
    PERFORM copy_totals(visitor_ids);
    DELETE FROM sorted_totals
    WHERE visitor_id = ANY (visitor_ids) AND NOT EXISTS (SELECT FROM visitors WHERE id = visitor_id);
    RETURN coalesce(cardinality(visitor_ids), 0);
  END $$;
  CREATE FUNCTION sum_up_changes() RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    IF (SELECT count(*) FROM (SELECT FROM summary_changes LIMIT 1000) AS few) < 1000 THEN
      RETURN;
    END IF;
    WITH taken AS (DELETE FROM summary_changes WHERE id <> 0 RETURNING visitors, balances)
    INSERT INTO summary_changes AS summed (id, visitors, balances)
    SELECT 0, sum(visitors), sum(balances) FROM taken HAVING count(*) > 0
    ON CONFLICT (id) DO UPDATE
      SET visitors = summed.visitors + excluded.visitors, balances = summed.balances + excluded.balances;
  END $$`;
