import type { Migration } from '../src/shared/migration';

/**
 * A visit behind the mark creates the row of `visit_rollup` if it is missing, instead of being refused: a restore that
 * was rolled back leaves the mark, because a sequence is not rolled back. Expand only.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run(countLateVisits(createRow));
  },

  async down({ run }) {
    await run(countLateVisits(''));
  },
};

// The row is created without counts, so nothing is behind its watermark. If another transaction is creating it, this one
// waits for it.
const createRow = `
      IF NOT FOUND THEN
        INSERT INTO visit_rollup DEFAULT VALUES ON CONFLICT DO NOTHING;
        SELECT rolled_id INTO rolled FROM visit_rollup FOR UPDATE;
      END IF;`;

// CREATE OR REPLACE keeps owner and privileges, but takes the options from here.
const countLateVisits = (create: string): string => `
  DO $do$ BEGIN EXECUTE format($format$
  CREATE OR REPLACE FUNCTION count_late_visits() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, %I, pg_temp AS $$
  DECLARE
    rolled bigint;
  BEGIN
    IF EXISTS (SELECT FROM appended WHERE id <= (SELECT last_value FROM visit_rollup_mark)) THEN
      SELECT rolled_id INTO rolled FROM visit_rollup FOR UPDATE;${create}
      IF NOT FOUND THEN
        RAISE EXCEPTION 'the ids of these visits were given out before: repeat the transaction'
          USING ERRCODE = 'serialization_failure';
      END IF;
      PERFORM add_to_visit_counts(array_agg(visitor_id), array_agg(visited_at)) FROM appended WHERE id <= rolled;
    END IF;
    RETURN NULL;
  END $$
  $format$, current_schema()); END $do$`;
