import type { Migration } from '../src/shared/migration';

/**
 * The log rolled up over time, behind a watermark: every visit with an id up to `visit_rollup.rolled_id` is in the
 * counts, every later one is counted from the log. See docs/decisions/0079. Expand only: the counts begin empty and are
 * filled by the service, some thousand visits at a time.
 */
export const migration: Migration = {
  // The counts are derived from the log, and the release before reads the log alone.
  downIsSafe: true,

  async up({ run }) {
    // Creating a trigger waits for writers under way and holds up the next ones; rather fail than hold them long.
    await run(`SET LOCAL lock_timeout = '2s'`);
    await run(createTables);
    await run(createSequence);
    await run(addToVisitCounts);
    await run(listVisitWriters);
    await run(rollUpVisits);
    await run(countLateVisits);
    for (const name of functions) {
      await run(`DO $$ BEGIN EXECUTE format(
        'ALTER FUNCTION ${name} SECURITY DEFINER SET search_path = pg_catalog, %I, pg_temp', current_schema()
      ); END $$`);
      await run(`REVOKE ALL ON FUNCTION ${name} FROM PUBLIC`);
    }
    await run(`CREATE TRIGGER count_late_visits AFTER INSERT ON visits
      REFERENCING NEW TABLE AS appended FOR EACH STATEMENT EXECUTE FUNCTION count_late_visits()`);
  },

  async down({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    await run('DROP TRIGGER count_late_visits ON visits');
    for (const name of functions) await run(`DROP FUNCTION ${name}`);
    await run('DROP TABLE visit_rollup, visit_counts, visit_counts_of_all');
    await run('DROP SEQUENCE visit_rollup_mark');
  },
};

const functions = [
  'count_late_visits()',
  'roll_up_visits(integer)',
  'list_visit_writers()',
  'add_to_visit_counts(bigint[], timestamptz[])',
];

// Bucket n of grain g holds the visits of [n, n + 1) times 4^g quarters of an hour since 1970. A name is counted from
// hours on. The counts are in no index, so their updates stay in the page (HOT), which has room for them. The row of
// visit_rollup is created by the first pass, so that a dump of the data can be restored into a new schema.
const createTables = `
  CREATE TABLE visit_counts_of_all (
    grain smallint NOT NULL CHECK (grain BETWEEN 0 AND 6),
    bucket bigint NOT NULL,
    visits bigint NOT NULL,
    PRIMARY KEY (grain, bucket)
  ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
  CREATE TABLE visit_counts (
    visitor_id bigint NOT NULL,
    grain smallint NOT NULL CHECK (grain BETWEEN 1 AND 6),
    bucket bigint NOT NULL,
    visits bigint NOT NULL,
    PRIMARY KEY (visitor_id, grain, bucket)
  ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_analyze_scale_factor = 0.05);
  CREATE INDEX visit_counts_grain_bucket ON visit_counts (grain, bucket, visitor_id);
  CREATE TABLE visit_rollup (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    rolled_id bigint NOT NULL DEFAULT ${lowestId()},
    closed_id bigint NOT NULL DEFAULT ${lowestId()} CHECK (closed_id >= rolled_id),
    sampled_id bigint NOT NULL DEFAULT ${lowestId()} CHECK (sampled_id >= closed_id),
    holders text[] NOT NULL DEFAULT '{}'
  )`;

// A sequence, because its value is seen at once by every transaction, whatever its snapshot.
const createSequence = `CREATE SEQUENCE visit_rollup_mark MINVALUE ${lowestId()} START ${lowestId()}`;

// The only place that knows how a visit is counted. The caller holds the row of visit_rollup, so nobody else writes
// counts. Infinite times count as the last times of the calendar. "date_trunc" first, since a far time with
// microseconds is not exact as a float.
const addToVisitCounts = `
  CREATE FUNCTION add_to_visit_counts(visitor_ids bigint[], times timestamptz[]) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    WITH visit AS (
      SELECT visitor_id, floor(date_part('epoch', date_trunc('second',
          greatest(least(visited_at, '294276-12-31 00:00:00+00'), '4713-01-01 00:00:00+00 BC'))) / 900)::bigint AS quarter
      FROM unnest(visitor_ids, times) AS visit (visitor_id, visited_at)
    ), by_quarter AS MATERIALIZED (
      SELECT visitor_id, quarter, count(*) AS visits FROM visit GROUP BY 1, 2
    ), by_hour AS MATERIALIZED (
      SELECT visitor_id, quarter >> 2 AS hour, sum(visits) AS visits FROM by_quarter GROUP BY 1, 2
    ), of_all AS (
      INSERT INTO visit_counts_of_all AS counted (grain, bucket, visits)
      SELECT grain, quarter >> (2 * grain), sum(visits)
      FROM (SELECT quarter, sum(visits) AS visits FROM by_quarter GROUP BY 1) AS quarters
      CROSS JOIN generate_series(0, 6) AS grain
      GROUP BY 1, 2
      ON CONFLICT (grain, bucket) DO UPDATE SET visits = counted.visits + excluded.visits
    )
    INSERT INTO visit_counts AS counted (visitor_id, grain, bucket, visits)
    SELECT visitor_id, grain, hour >> (2 * (grain - 1)), sum(visits)
    FROM by_hour CROSS JOIN generate_series(1, 6) AS grain
    GROUP BY 1, 2, 3
    ORDER BY 1, 2, 3
    ON CONFLICT (visitor_id, grain, bucket) DO UPDATE SET visits = counted.visits + excluded.visits;
  END $$`;

// Whoever inserts holds this lock until its commit is seen. With the log by month it may be that of a partition.
const listVisitWriters = `
  CREATE FUNCTION list_visit_writers() RETURNS text[] LANGUAGE sql AS $$
    SELECT coalesce(array_agg(DISTINCT virtualtransaction), '{}') FROM pg_locks
    WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND relation IN (SELECT 'visits'::regclass UNION ALL SELECT relid FROM pg_partition_tree('visits'))
  $$`;

// An insert locks the table before it takes an id, and its commit is seen before the lock is gone. So once every
// transaction that held the lock when "sampled_id" was read has let go, all visits up to there are committed or gone
// for good, except those that name an id themselves. The mark tells those, from before the locks are listed again, to
// wait for this function and to count themselves: see count_late_visits.
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

// A visit that names its own id, up to the mark, may lie behind the watermark: it waits until no pass is under way, and
// keeps passes away until it is committed.
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

function lowestId(): string {
  return '-9223372036854775808';
}
