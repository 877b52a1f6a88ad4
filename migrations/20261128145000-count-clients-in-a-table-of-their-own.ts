import type { Migration } from '../src/shared/migration';

const together = 'record_visits_of_new_clients(uuid[], uuid[], text[], int[], date)';
const apart = 'record_visits_of_new_clients_apart(uuid[], uuid[], text[], int[], date, text)';

/**
 * A table of its own for the clients that were counted once, and the functions that use it. One index is all that a
 * visit pays for: a reference to the visitor, two more indexes and the checks of `idempotency_keys` cost more than the
 * visit. The functions are those of 20261128131100-record-visits-of-clients. Expand only.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run(`CREATE TABLE counted_clients (
      key uuid PRIMARY KEY,
      visitor_id bigint NOT NULL,
      counted_at timestamptz NOT NULL DEFAULT now()
    )`);
    // Rows are added and removed in the order of time, so this small index finds the old ones.
    await run(`CREATE INDEX counted_clients_counted_at ON counted_clients USING brin (counted_at)
      WITH (autosummarize = on)`);
    // The name is part of the key, so the lock of its total makes visits of one client take turns. Each statement sees
    // what was committed while the one before it waited. The day is checked under the lock: after a visit was counted
    // with a key of a new day, none is counted with a key of the day before.
    // OFFSET 0 keeps the lookups by index. Without sequential scans, a plan made while a table was small stays good, so it is kept.
    await run(`CREATE FUNCTION record_visits_of_new_clients(
        keys uuid[], earlier_keys uuid[], names text[], hours int[], key_day date)
      RETURNS TABLE (place bigint, id bigint, username text, visits bigint)
      LANGUAGE plpgsql SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
      #variable_conflict use_column
      DECLARE
        unseen record;
        locked record;
        counted bigint := 0;
      BEGIN
        SELECT array_agg(place) AS places, array_agg(asked.key) AS keys, array_agg(earlier) AS earlier_keys,
          array_agg(name) AS names, array_agg(asked.hours) AS hours INTO unseen
        FROM unnest(keys, earlier_keys, names, hours) WITH ORDINALITY AS asked (key, earlier, name, hours, place)
        WHERE NOT EXISTS (
          SELECT FROM counted_clients AS known JOIN visitors ON visitors.id = known.visitor_id
          WHERE known.key IN (asked.key, asked.earlier) AND username = asked.name
            AND known.counted_at > now() - make_interval(hours => asked.hours) OFFSET 0
        );

        IF unseen.places IS NOT NULL THEN
          INSERT INTO visitors (username)
          SELECT DISTINCT name FROM unnest(unseen.names) AS wanted (name)
          WHERE NOT EXISTS (SELECT FROM visitors WHERE username = name OFFSET 0)
          ORDER BY name
          ON CONFLICT (username) DO NOTHING;

          SELECT array_agg(total.id) AS ids, array_agg(total.name) AS names, array_agg(total.visits) AS visits
          INTO locked FROM (
            SELECT visitor.id, name, visits
            FROM (SELECT DISTINCT name FROM unnest(unseen.names) AS wanted (name)) AS wanted
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
            SELECT DISTINCT ON (asked.key) asked.key, place, total.id, name, total.visits
            FROM unnest(unseen.places, unseen.keys, unseen.earlier_keys, unseen.names, unseen.hours)
              AS asked (place, key, earlier, name, hours)
            JOIN unnest(locked.ids, locked.names, locked.visits) AS total (id, name, visits) USING (name)
            WHERE NOT EXISTS (
              SELECT FROM counted_clients AS known
              WHERE known.key IN (asked.key, asked.earlier) AND visitor_id = total.id
                AND known.counted_at > now() - make_interval(hours => asked.hours) OFFSET 0
            )
            ORDER BY asked.key, place
          ), visit AS (
            SELECT key, place, id, name, visits + row_number() OVER (PARTITION BY id ORDER BY place) AS number
            FROM client
          ), remembered AS (
            INSERT INTO counted_clients (key, visitor_id)
            SELECT key, id FROM visit ORDER BY key
            ON CONFLICT (key) DO UPDATE SET visitor_id = excluded.visitor_id, counted_at = excluded.counted_at
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
      END $$`);
    // As record_visits_apart: a name that another transaction holds does not stop the others.
    await run(`CREATE FUNCTION record_visits_of_new_clients_apart(
        keys uuid[], earlier_keys uuid[], names text[], hours int[], key_day date, patience text)
      RETURNS TABLE (place bigint, id bigint, username text, visits bigint)
      LANGUAGE plpgsql AS $$
      #variable_conflict use_column
      DECLARE
        started timestamptz := clock_timestamp();
        asked record;
      BEGIN
        PERFORM set_config('lock_timeout', patience, true);
        FOR asked IN
          SELECT array_agg(key ORDER BY place) AS keys, array_agg(earlier ORDER BY place) AS earlier_keys,
            array_agg(name) AS names, array_agg(batch.hours ORDER BY place) AS hours,
            array_agg(place ORDER BY place) AS places
          FROM unnest(keys, earlier_keys, names, hours) WITH ORDINALITY AS batch (key, earlier, name, hours, place)
          GROUP BY name ORDER BY random()
        LOOP
          EXIT WHEN clock_timestamp() > started + interval '100 ms';
          BEGIN
            RETURN QUERY
            SELECT asked.places[outcome.place], outcome.id, outcome.username, outcome.visits
            FROM record_visits_of_new_clients(
              asked.keys, asked.earlier_keys, asked.names, asked.hours, key_day) AS outcome;
          EXCEPTION WHEN lock_not_available THEN
            CONTINUE;
          END;
        END LOOP;
      END $$`);
    for (const name of [together, apart]) {
      await run(`DO $$ BEGIN EXECUTE format(
        'ALTER FUNCTION ${name} SET search_path = pg_catalog, %I, pg_temp', current_schema()
      ); END $$`);
    }
  },

  async down({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    for (const name of [apart, together]) await run(`DROP FUNCTION ${name}`);
    await run('DROP TABLE counted_clients');
  },
};
