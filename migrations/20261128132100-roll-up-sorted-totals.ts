import type { Migration } from '../src/shared/migration';

/** Lets the roll-up renew the sorted totals of the visitors whose visits it passes, or whose totals were changed. */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run(copyTotals);
    await run(rollUpVisits);
    await run(countLateVisits);
    await setUp(run, [...added, ...replaced]);
  },

  async down({ run }) {
    await run(rollUpVisitsBefore);
    await run(countLateVisitsBefore);
    await setUp(run, replaced);
    for (const name of added) await run(`DROP FUNCTION ${name}`);
  },
};

const added = ['copy_totals(bigint[])', 'copy_changed_totals(integer)', 'sum_up_changes()'];
const replaced = ['count_late_visits()', 'roll_up_visits(integer)'];

/** Replacing a function resets its search path and its rights, but not the grants on it. */
async function setUp(run: (sql: string) => Promise<void>, functions: readonly string[]): Promise<void> {
  for (const name of functions) {
    const rights = replaced.includes(name) ? 'SECURITY DEFINER ' : '';
    await run(`DO $$ BEGIN EXECUTE format(
      'ALTER FUNCTION ${name} ${rights}SET search_path = pg_catalog, %I, pg_temp', current_schema()
    ); END $$`);
    await run(`REVOKE ALL ON FUNCTION ${name} FROM PUBLIC`);
  }
}

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
