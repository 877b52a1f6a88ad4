import type { Migration } from '../src/shared/migration';

/** Marks the sorted totals of late visits as changed. */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run(countLateVisits);
    await run(secure);
  },

  async down({ run }) {
    await run(countLateVisitsBefore);
    await run(secure);
  },
};

// Replacing a function resets its search path and whose rights it has, but not the grants on it.
const secure = `DO $$ BEGIN EXECUTE format(
  'ALTER FUNCTION count_late_visits() SECURITY DEFINER SET search_path = pg_catalog, %I, pg_temp', current_schema()
); END $$`;

// As in 20261128120100-roll-up-visits. The next pass copies the totals of late visits.
const countLateVisits = `
  CREATE OR REPLACE FUNCTION count_late_visits() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    rolled bigint;
  BEGIN
    IF EXISTS (SELECT FROM appended WHERE id <= (SELECT last_value FROM visit_rollup_mark)) THEN
      SELECT rolled_id INTO rolled FROM visit_rollup FOR UPDATE;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'the ids of these visits were given out before: repeat the transaction'
          USING ERRCODE = 'serialization_failure';
      END IF;
      PERFORM add_to_visit_counts(array_agg(visitor_id), array_agg(visited_at)) FROM appended WHERE id <= rolled;
      INSERT INTO changed_totals (visitor_id) SELECT DISTINCT visitor_id FROM appended WHERE id <= rolled;
    END IF;
    RETURN NULL;
  END $$`;

const countLateVisitsBefore = `
  CREATE OR REPLACE FUNCTION count_late_visits() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    rolled bigint;
  BEGIN
    IF EXISTS (SELECT FROM appended WHERE id <= (SELECT last_value FROM visit_rollup_mark)) THEN
      SELECT rolled_id INTO rolled FROM visit_rollup FOR UPDATE;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'the ids of these visits were given out before: repeat the transaction'
          USING ERRCODE = 'serialization_failure';
      END IF;
      PERFORM add_to_visit_counts(array_agg(visitor_id), array_agg(visited_at)) FROM appended WHERE id <= rolled;
    END IF;
    RETURN NULL;
  END $$`;
