import type { Migration } from '../src/shared/migration';

/**
 * Rolls the log up, some visits at a time, and counts visits that arrive behind the watermark in their own transaction.
 * Expand only: the counts are filled by the service of this release, while visits go on.
 */
export const migration: Migration = {
  // The release before reads the log alone.
  downIsSafe: true,

  async up({ run }) {
    // Creating a trigger waits for writers under way and holds up the next ones; rather fail than hold them long.
    await run(`SET LOCAL lock_timeout = '2s'`);
    await run(listVisitWriters);
    await run(rollUpVisits);
    await run(countLateVisits);
    for (const name of functions) {
      // What runs with the owner's rights must find the owner's tables, whatever its caller's path says.
      await run(`DO $$ BEGIN EXECUTE format(
        'ALTER FUNCTION ${name} SECURITY DEFINER SET search_path = pg_catalog, %I, pg_temp', current_schema()
      ); END $$`);
      await run(`REVOKE ALL ON FUNCTION ${name} FROM PUBLIC`);
    }
    await run(`CREATE TRIGGER count_late_visits AFTER INSERT ON visits
      REFERENCING NEW TABLE AS appended FOR EACH STATEMENT EXECUTE FUNCTION count_late_visits()`);
  },

  async down({ run, lockTogether }) {
    await lockTogether(['visits', 'visit_rollup', 'visit_counts', 'visit_counts_of_all']);
    await run('DROP TRIGGER count_late_visits ON visits');
    for (const name of functions) await run(`DROP FUNCTION ${name}`);
    // Without the trigger the counts miss late visits: they begin anew when this is applied again.
    await run('TRUNCATE visit_rollup, visit_counts, visit_counts_of_all');
    await run('ALTER SEQUENCE visit_rollup_mark RESTART');
  },
};

const functions = ['count_late_visits()', 'roll_up_visits(integer)', 'list_visit_writers()'];

// A transaction that inserts visits holds this lock until other transactions see its commit. If the log is split by
// month, the lock may be on a partition.
const listVisitWriters = `
  CREATE FUNCTION list_visit_writers() RETURNS text[] LANGUAGE sql AS $$
    SELECT coalesce(array_agg(DISTINCT virtualtransaction), '{}') FROM pg_locks
    WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND relation IN (SELECT 'visits'::regclass UNION ALL SELECT relid FROM pg_partition_tree('visits'))
  $$`;

// An insert locks the table before it takes an id, and its commit is seen before the lock is gone. So once every
// transaction that held the lock when "sampled_id" was read has let go, all visits up to there are committed or gone
// for good, except visits that were inserted with an explicit id. The mark is set before the locks are listed again, and
// from then on such visits wait for this function and are counted by count_late_visits.
const rollUpVisits = `
  CREATE FUNCTION roll_up_visits(most integer, OUT rolled bigint, OUT remaining boolean) LANGUAGE plpgsql AS $$
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

// A visit with an explicit id up to the mark may lie behind the watermark. Its transaction waits until no pass is under
// way, and no pass begins until it has ended.
const countLateVisits = `
  CREATE FUNCTION count_late_visits() RETURNS trigger LANGUAGE plpgsql AS $$
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
