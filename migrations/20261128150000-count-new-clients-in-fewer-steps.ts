import type { Migration } from '../src/shared/migration';

/**
 * Counts a new client in fewer steps: its key is looked up by the insert itself, the salt of the day before only while
 * there is one, and no name is inserted if all exist. The function decides as the one of
 * 20261128145000-count-clients-in-a-table-of-their-own did, so a revert leaves it for the release before. Expand only.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run(recordVisitsOfNewClients);
    await run(`DO $$ BEGIN EXECUTE format(
      'ALTER FUNCTION record_visits_of_new_clients(uuid[], uuid[], text[], int[], date) SET search_path = pg_catalog, %I, pg_temp',
      current_schema()
    ); END $$`);
  },

  down: () => Promise.resolve(),
};

const recordVisitsOfNewClients = `
  CREATE OR REPLACE FUNCTION record_visits_of_new_clients(
    keys uuid[], earlier_keys uuid[], names text[], hours int[], key_day date)
  RETURNS TABLE (place bigint, id bigint, username text, visits bigint)
  LANGUAGE plpgsql SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
  #variable_conflict use_column
  DECLARE
    unseen record;
    wanted text[];
    locked record;
    counted bigint := 0;
  BEGIN
    SELECT array_agg(place) AS places, array_agg(asked.key) AS keys, array_agg(earlier) AS earlier_keys,
      array_agg(name) AS names, array_agg(asked.hours) AS hours INTO unseen
    FROM unnest(keys, earlier_keys, names, hours) WITH ORDINALITY AS asked (key, earlier, name, hours, place)
    WHERE NOT EXISTS (
      SELECT FROM counted_clients AS known JOIN visitors ON visitors.id = known.visitor_id
      WHERE known.key = asked.key AND username = asked.name
        AND known.counted_at > now() - make_interval(hours => asked.hours) OFFSET 0
    ) AND (asked.earlier IS NULL OR NOT EXISTS (
      SELECT FROM counted_clients AS known JOIN visitors ON visitors.id = known.visitor_id
      WHERE known.key = asked.earlier AND username = asked.name
        AND known.counted_at > now() - make_interval(hours => asked.hours) OFFSET 0
    ));

    IF unseen.places IS NOT NULL THEN
      wanted := ARRAY(SELECT DISTINCT name FROM unnest(unseen.names) AS asked (name));
      -- The triggers of an insert run even if it adds nothing.
      IF EXISTS (
        SELECT FROM unnest(wanted) AS asked (name)
        WHERE NOT EXISTS (SELECT FROM visitors WHERE username = name OFFSET 0)
      ) THEN
        INSERT INTO visitors (username)
        SELECT name FROM unnest(wanted) AS asked (name)
        WHERE NOT EXISTS (SELECT FROM visitors WHERE username = name OFFSET 0)
        ORDER BY name
        ON CONFLICT (username) DO NOTHING;
      END IF;

      SELECT array_agg(total.id) AS ids, array_agg(total.name) AS names, array_agg(total.visits) AS visits
      INTO locked FROM (
        SELECT visitor.id, name, visits
        FROM unnest(wanted) AS asked (name)
        CROSS JOIN LATERAL (SELECT id FROM visitors WHERE username = name LIMIT 1) AS visitor
        JOIN visit_totals ON visitor_id = visitor.id
        ORDER BY visitor.id
        FOR NO KEY UPDATE OF visit_totals
      ) AS total;

      IF key_day <> (clock_timestamp() AT TIME ZONE 'UTC')::date THEN
        RAISE EXCEPTION 'the keys are those of %', key_day USING ERRCODE = 'FF001';
      END IF;

      RETURN QUERY
      WITH client AS (
        SELECT DISTINCT ON (asked.key) asked.key, place, total.id, name, total.visits, asked.hours
        FROM unnest(unseen.places, unseen.keys, unseen.earlier_keys, unseen.names, unseen.hours)
          AS asked (place, key, earlier, name, hours)
        JOIN unnest(locked.ids, locked.names, locked.visits) AS total (id, name, visits) USING (name)
        WHERE asked.earlier IS NULL OR NOT EXISTS (
          SELECT FROM counted_clients AS known
          WHERE known.key = asked.earlier AND visitor_id = total.id
            AND known.counted_at > now() - make_interval(hours => asked.hours) OFFSET 0
        )
        ORDER BY asked.key, place
      ), remembered AS (
        INSERT INTO counted_clients AS known (key, visitor_id)
        SELECT key, id FROM client ORDER BY key
        ON CONFLICT (key) DO UPDATE SET visitor_id = excluded.visitor_id, counted_at = excluded.counted_at
        WHERE known.visitor_id <> excluded.visitor_id OR known.counted_at <= now() - make_interval(
          hours => (SELECT hours FROM client WHERE client.key = excluded.key)
        )
        RETURNING key
      ), visit AS (
        SELECT place, id, name, visits + row_number() OVER (PARTITION BY id ORDER BY place) AS number
        FROM client JOIN remembered USING (key)
      ), appended AS (
        INSERT INTO visits (visitor_id) SELECT id FROM visit
      )
      SELECT place, id, name, number FROM visit;
      GET DIAGNOSTICS counted = ROW_COUNT;
    END IF;

    IF counted < cardinality(names) THEN
      RETURN QUERY
      SELECT NULL::bigint, visitor.id, name, visits
      FROM (SELECT DISTINCT name FROM unnest(names) AS asked (name)) AS asked
      LEFT JOIN LATERAL (SELECT id FROM visitors WHERE username = name LIMIT 1) AS visitor ON true
      LEFT JOIN visit_totals ON visitor_id = visitor.id;
    END IF;
  END $$`;
