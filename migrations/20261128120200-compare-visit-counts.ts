import type { Migration } from '../src/shared/migration';

/** Proves the counts over time against the log, and corrects them. For the owner's commands. Expand only. */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run(compareVisitCounts);
    await run(correctVisitCounts);
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

const functions = [
  'correct_visit_counts(bigint, bigint)',
  'correct_visit_counts_of_all()',
  'compare_visit_counts(bigint, bigint)',
  'compare_visit_counts_of_all()',
];

// The counts that differ from the log behind the watermark: of the visitors of a range of ids, and of all. The log is
// counted whole, by index, less its tail.
const compareVisitCounts = `
  CREATE FUNCTION compare_visit_counts(first_id bigint, last_id bigint)
  RETURNS TABLE (visitor_id bigint, grain smallint, bucket bigint, counted bigint, logged bigint)
  LANGUAGE sql STABLE AS $$
    WITH by_hour AS MATERIALIZED (
      SELECT visit.visitor_id, to_quarter(visited_at) >> 2 AS hour, sum(visit.visits)::bigint AS visits
      FROM (
        SELECT visits.visitor_id, visited_at, 1 AS visits FROM visits
        WHERE visits.visitor_id BETWEEN first_id AND last_id
        UNION ALL
        SELECT visits.visitor_id, visited_at, -1 FROM visits
        WHERE id > coalesce((SELECT rolled_id FROM visit_rollup), -9223372036854775808) AND id <= 9223372036854775807
          AND visits.visitor_id BETWEEN first_id AND last_id
      ) AS visit GROUP BY 1, 2
    ), expected AS (
      SELECT by_hour.visitor_id, grain::smallint, hour >> (2 * (grain - 1)) AS bucket, sum(by_hour.visits)::bigint AS visits
      FROM by_hour CROSS JOIN generate_series(1, 6) AS grain
      WHERE by_hour.visits <> 0 GROUP BY 1, 2, 3
    )
    SELECT visitor_id, grain, bucket, coalesce(counts.visits, 0), coalesce(expected.visits, 0)
    FROM (SELECT * FROM visit_counts WHERE visit_counts.visitor_id BETWEEN first_id AND last_id) AS counts
    FULL JOIN expected USING (visitor_id, grain, bucket)
    WHERE counts.visits IS DISTINCT FROM expected.visits
  $$;
  CREATE FUNCTION compare_visit_counts_of_all()
  RETURNS TABLE (grain smallint, bucket bigint, counted bigint, logged bigint)
  LANGUAGE sql STABLE AS $$
    WITH by_quarter AS MATERIALIZED (
      SELECT to_quarter(visited_at) AS quarter, sum(visit.visits)::bigint AS visits
      FROM (
        SELECT visited_at, 1 AS visits FROM visits
        UNION ALL
        SELECT visited_at, -1 FROM visits
        WHERE id > coalesce((SELECT rolled_id FROM visit_rollup), -9223372036854775808) AND id <= 9223372036854775807
      ) AS visit GROUP BY 1
    ), expected AS (
      SELECT grain::smallint, quarter >> (2 * grain) AS bucket, sum(by_quarter.visits)::bigint AS visits
      FROM by_quarter CROSS JOIN generate_series(0, 6) AS grain
      WHERE by_quarter.visits <> 0 GROUP BY 1, 2
    )
    SELECT grain, bucket, coalesce(counts.visits, 0), coalesce(expected.visits, 0)
    FROM visit_counts_of_all AS counts FULL JOIN expected USING (grain, bucket)
    WHERE counts.visits IS DISTINCT FROM expected.visits
  $$`;

// No pass rolls up meanwhile, and each statement sees what was committed before it. Counts that are right stay as they
// are.
const correctVisitCounts = `
  CREATE FUNCTION correct_visit_counts(first_id bigint, last_id bigint) RETURNS bigint LANGUAGE plpgsql AS $$
  DECLARE
    corrected bigint;
  BEGIN
    PERFORM FROM visit_rollup FOR UPDATE;
    WITH fault AS MATERIALIZED (
      SELECT * FROM compare_visit_counts(first_id, last_id)
    ), removed AS (
      DELETE FROM visit_counts AS counts USING fault
      WHERE logged = 0 AND (counts.visitor_id, counts.grain, counts.bucket) = (fault.visitor_id, fault.grain, fault.bucket)
    ), written AS (
      INSERT INTO visit_counts AS counts (visitor_id, grain, bucket, visits)
      SELECT visitor_id, grain, bucket, logged FROM fault WHERE logged <> 0 ORDER BY 1, 2, 3
      ON CONFLICT (visitor_id, grain, bucket) DO UPDATE SET visits = excluded.visits
    )
    SELECT count(*) INTO corrected FROM fault;
    RETURN corrected;
  END $$;
  CREATE FUNCTION correct_visit_counts_of_all() RETURNS bigint LANGUAGE plpgsql AS $$
  DECLARE
    corrected bigint;
  BEGIN
    PERFORM FROM visit_rollup FOR UPDATE;
    WITH fault AS MATERIALIZED (
      SELECT * FROM compare_visit_counts_of_all()
    ), removed AS (
      DELETE FROM visit_counts_of_all AS counts USING fault
      WHERE logged = 0 AND (counts.grain, counts.bucket) = (fault.grain, fault.bucket)
    ), written AS (
      INSERT INTO visit_counts_of_all AS counts (grain, bucket, visits)
      SELECT grain, bucket, logged FROM fault WHERE logged <> 0 ORDER BY 1, 2
      ON CONFLICT (grain, bucket) DO UPDATE SET visits = excluded.visits
    )
    SELECT count(*) INTO corrected FROM fault;
    RETURN corrected;
  END $$`;
