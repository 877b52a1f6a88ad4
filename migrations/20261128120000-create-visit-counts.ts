import type { Migration } from '../src/shared/migration';

/**
 * The log rolled up over time, behind a watermark: every visit with an id up to `visit_rollup.rolled_id` is in the
 * counts, every later one is counted from the log. See docs/decisions/0079. Expand only.
 */
export const migration: Migration = {
  // The counts are derived from the log.
  downIsSafe: true,

  async up({ run }) {
    await run(createTables);
    await run(createSequence);
    await run(toQuarter);
    await run(addToVisitCounts);
    await run(`DO $$ BEGIN EXECUTE format(
      'ALTER FUNCTION add_to_visit_counts(bigint[], timestamptz[])
        SET search_path = pg_catalog, %I, pg_temp', current_schema()
    ); END $$`);
    await run('REVOKE ALL ON FUNCTION add_to_visit_counts(bigint[], timestamptz[]) FROM PUBLIC');
  },

  async down({ run, lockTogether }) {
    await lockTogether(['visit_rollup', 'visit_counts', 'visit_counts_of_all']);
    await run('DROP FUNCTION add_to_visit_counts(bigint[], timestamptz[])');
    await run('DROP FUNCTION to_quarter(timestamptz)');
    await run('DROP SEQUENCE visit_rollup_mark');
    await run('DROP TABLE visit_rollup, visit_counts, visit_counts_of_all');
  },
};

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
    rolled_id bigint NOT NULL DEFAULT -9223372036854775808,
    closed_id bigint NOT NULL DEFAULT -9223372036854775808 CHECK (closed_id >= rolled_id),
    sampled_id bigint NOT NULL DEFAULT -9223372036854775808 CHECK (sampled_id >= closed_id),
    holders text[] NOT NULL DEFAULT '{}'
  )`;

// A sequence, because its value is seen at once by every transaction, whatever its snapshot.
const createSequence = `CREATE SEQUENCE visit_rollup_mark MINVALUE -9223372036854775808 START -9223372036854775808`;

// The quarter of an hour since 1970 that holds a time. Infinite times count as the ends of the calendar. "date_trunc"
// comes first, since a far time with microseconds is not exact as a float.
const toQuarter = `
  CREATE FUNCTION to_quarter(at timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT floor(date_part('epoch', date_trunc('second',
      greatest(least(at, '294276-12-31 00:00:00+00'), '4713-01-01 00:00:00+00 BC'))) / 900)::bigint
  $$`;

// The caller holds the row of visit_rollup, so no other transaction writes counts.
const addToVisitCounts = `
  CREATE FUNCTION add_to_visit_counts(visitor_ids bigint[], times timestamptz[]) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    WITH visit AS (
      SELECT visitor_id, to_quarter(visited_at) AS quarter FROM unnest(visitor_ids, times) AS visit (visitor_id, visited_at)
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
