import type { Migration } from '../src/shared/migration';

/** Lets the roll-up renew the sorted totals of visitors whose visits it passes, or whose totals were changed. */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run(rollUpVisits);
    await run(secure);
  },

  async down({ run }) {
    await run(rollUpVisitsBefore);
    await run(secure);
  },
};

// Replacing a function resets its search path and whose rights it has, but not the grants on it.
const secure = `DO $$ BEGIN EXECUTE format(
  'ALTER FUNCTION roll_up_visits(integer) SECURITY DEFINER SET search_path = pg_catalog, %I, pg_temp', current_schema()
); END $$`;

// As in 20261128120100-roll-up-visits, and the totals are copied. "rolled" also counts the totals that were copied
// because they had changed, and is at most "most".
const rollUpVisits = `
  CREATE OR REPLACE FUNCTION roll_up_visits(most integer, OUT rolled bigint, OUT remaining boolean) LANGUAGE plpgsql AS $$
  DECLARE
    state visit_rollup;
    ids bigint[];
    visitor_ids bigint[];
    times timestamptz[];
    last_id bigint;
    taken integer;
  BEGIN
    rolled := 0;
    remaining := true;
    -- Each statement below must see what was committed before it.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
      RAISE EXCEPTION 'visits are rolled up in "read committed" only: change default_transaction_isolation back';
    END IF;
    SELECT * INTO state FROM visit_rollup FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
      -- Another pass is under way, or this is the first: its row is committed before anything is marked.
      INSERT INTO visit_rollup DEFAULT VALUES ON CONFLICT DO NOTHING;
      RETURN;
    END IF;
    PERFORM sum_up_changes();
    rolled := copy_changed_totals(most);
    -- What is left of "most" is for visits.
    most := most - rolled;
    IF most = 0 THEN
      RETURN;
    END IF;
    last_id := coalesce(pg_sequence_last_value(pg_get_serial_sequence('visits', 'id')::regclass), state.sampled_id);
    IF last_id <= state.rolled_id THEN
      remaining := false;
      RETURN;
    END IF;

    -- A prepared transaction goes on under another name.
    IF state.holders <> '{}' AND EXISTS (
      SELECT FROM unnest(list_visit_writers()) AS writer
      WHERE writer = ANY (state.holders) OR writer LIKE '-1/%'
    ) THEN
      RETURN;
    END IF;

    IF state.rolled_id < state.closed_id THEN
      SELECT array_agg(id), array_agg(visitor_id), array_agg(visited_at) INTO ids, visitor_ids, times
      FROM (
        SELECT id, visitor_id, visited_at FROM visits
        WHERE id > state.rolled_id AND id <= state.closed_id ORDER BY id LIMIT most
      ) AS next;
      taken := coalesce(cardinality(ids), 0);
      rolled := rolled + taken;
      PERFORM add_to_visit_counts(visitor_ids, times);
      PERFORM copy_totals(visitor_ids);
      state.rolled_id := CASE WHEN taken < most THEN state.closed_id ELSE ids[most] END;
    END IF;
    IF state.rolled_id = state.closed_id THEN
      state.closed_id := state.sampled_id;
      PERFORM setval('visit_rollup_mark', state.closed_id);
      state.sampled_id := greatest(last_id, state.sampled_id);
      state.holders := list_visit_writers();
    END IF;
    UPDATE visit_rollup SET rolled_id = state.rolled_id, closed_id = state.closed_id,
      sampled_id = state.sampled_id, holders = state.holders;
  END $$`;

const rollUpVisitsBefore = `
  CREATE OR REPLACE FUNCTION roll_up_visits(most integer, OUT rolled bigint, OUT remaining boolean) LANGUAGE plpgsql AS $$
  DECLARE
    state visit_rollup;
    ids bigint[];
    visitor_ids bigint[];
    times timestamptz[];
    last_id bigint;
  BEGIN
    rolled := 0;
    remaining := true;
    -- Each statement below must see what was committed before it.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
      RAISE EXCEPTION 'visits are rolled up in "read committed" only: change default_transaction_isolation back';
    END IF;
    SELECT * INTO state FROM visit_rollup FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
      -- Another pass is under way, or this is the first: its row is committed before anything is marked.
      INSERT INTO visit_rollup DEFAULT VALUES ON CONFLICT DO NOTHING;
      RETURN;
    END IF;
    last_id := coalesce(pg_sequence_last_value(pg_get_serial_sequence('visits', 'id')::regclass), state.sampled_id);
    IF last_id <= state.rolled_id THEN
      remaining := false;
      RETURN;
    END IF;

    -- A prepared transaction goes on under another name.
    IF state.holders <> '{}' AND EXISTS (
      SELECT FROM unnest(list_visit_writers()) AS writer
      WHERE writer = ANY (state.holders) OR writer LIKE '-1/%'
    ) THEN
      RETURN;
    END IF;

    IF state.rolled_id < state.closed_id THEN
      SELECT array_agg(id), array_agg(visitor_id), array_agg(visited_at) INTO ids, visitor_ids, times
      FROM (
        SELECT id, visitor_id, visited_at FROM visits
        WHERE id > state.rolled_id AND id <= state.closed_id ORDER BY id LIMIT most
      ) AS next;
      rolled := coalesce(cardinality(ids), 0);
      PERFORM add_to_visit_counts(visitor_ids, times);
      state.rolled_id := CASE WHEN rolled < most THEN state.closed_id ELSE ids[most] END;
    END IF;
    IF state.rolled_id = state.closed_id THEN
      state.closed_id := state.sampled_id;
      PERFORM setval('visit_rollup_mark', state.closed_id);
      state.sampled_id := greatest(last_id, state.sampled_id);
      state.holders := list_visit_writers();
    END IF;
    UPDATE visit_rollup SET rolled_id = state.rolled_id, closed_id = state.closed_id,
      sampled_id = state.sampled_id, holders = state.holders;
  END $$`;
