import type { Migration } from '../src/shared/migration';

/**
 * Lets visits that are recorded apart find the visitor of an alias, and look up their name again if the owner has
 * removed its visitor while they waited for it. Expand only.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run(recordVisitsApart);
    await run(recordVisitsOnceApart);
    await fixSearchPath(run);
  },

  async down({ run }) {
    await run(recordVisitsApartBefore);
    await run(recordVisitsOnceApartBefore);
    await fixSearchPath(run);
  },
};

async function fixSearchPath(run: (sql: string) => Promise<void>): Promise<void> {
  for (const name of [
    'record_visits_apart(text[], int[], text)',
    'record_visits_once_apart(text[], text[], interval, text)',
  ]) {
    await run(`DO $$ BEGIN EXECUTE format(
      'ALTER FUNCTION ${name} SET search_path = pg_catalog, %I, pg_temp', current_schema()
    ); END $$`);
  }
}

// Each statement sees what was committed while the one before it waited.
const recordVisitsApart = `
  CREATE OR REPLACE FUNCTION record_visits_apart(names text[], times int[], patience text)
  RETURNS TABLE (username text, id bigint, before bigint)
  LANGUAGE plpgsql AS $$
  #variable_conflict use_column
  DECLARE
    started timestamptz := clock_timestamp();
    asked record;
    visitor bigint;
    total bigint;
  BEGIN
    PERFORM set_config('lock_timeout', patience, true);
    FOR asked IN SELECT * FROM unnest(names, times) AS batch (name, visits) ORDER BY random() LOOP
      EXIT WHEN clock_timestamp() > started + interval '100 ms';
      BEGIN
        FOR attempt IN 1..2 LOOP
          INSERT INTO visitors (username)
          SELECT asked.name WHERE NOT EXISTS (SELECT FROM visitors WHERE username = asked.name)
            AND NOT EXISTS (SELECT FROM visitor_aliases WHERE alias = asked.name)
          ON CONFLICT (username) DO NOTHING;
          SELECT found.id INTO visitor FROM (
            SELECT id FROM visitors WHERE username = asked.name
            UNION ALL
            SELECT visitor_id FROM visitor_aliases WHERE alias = asked.name
          ) AS found LIMIT 1;
          SELECT visits INTO total FROM visit_totals WHERE visitor_id = visitor FOR NO KEY UPDATE;
          EXIT WHEN FOUND;
        END LOOP;
        IF total IS NOT NULL THEN
          INSERT INTO visits (visitor_id) SELECT visitor FROM generate_series(1, asked.visits);
        END IF;
      EXCEPTION WHEN lock_not_available THEN
        CONTINUE;
      END;
      RETURN QUERY SELECT asked.name, visitor, total;
    END LOOP;
  END $$`;

const recordVisitsOnceApart = `
  CREATE OR REPLACE FUNCTION record_visits_once_apart(keys text[], names text[], lifetime interval, patience text)
  RETURNS TABLE (place bigint, id bigint, username text, visits bigint, replayed boolean)
  LANGUAGE plpgsql AS $$
  #variable_conflict use_column
  DECLARE
    started timestamptz := clock_timestamp();
    seed bigint := (random() * 1000000)::bigint;
    asked record;
    present text;
    outcome record;
  BEGIN
    PERFORM set_config('lock_timeout', patience, true);
    FOR asked IN
      SELECT * FROM unnest(keys, names) WITH ORDINALITY AS wanted (key, name, place)
      ORDER BY hashtextextended(wanted.key, seed), wanted.place
    LOOP
      EXIT WHEN clock_timestamp() > started + interval '100 ms';
      BEGIN
        FOR attempt IN 1..2 LOOP
          present := coalesce((
            SELECT username FROM visitor_aliases JOIN visitors ON visitors.id = visitor_id WHERE alias = asked.name
          ), asked.name);
          SELECT * INTO outcome FROM record_visits_once(ARRAY[asked.key], ARRAY[present], lifetime);
          EXIT WHEN FOUND;
        END LOOP;
      EXCEPTION WHEN lock_not_available THEN
        CONTINUE;
      END;
      RETURN QUERY SELECT asked.place, outcome.id,
        CASE WHEN outcome.username = present THEN asked.name ELSE outcome.username END,
        outcome.visits, outcome.replayed;
    END LOOP;
  END $$`;

// As in 20261128110000-record-visits-apart.
const recordVisitsApartBefore = `CREATE OR REPLACE FUNCTION record_visits_apart(names text[], times int[], patience text)
      RETURNS TABLE (username text, id bigint, before bigint)
      LANGUAGE plpgsql AS $$
      #variable_conflict use_column
      DECLARE
        started timestamptz := clock_timestamp();
        asked record;
        visitor bigint;
        total bigint;
      BEGIN
        PERFORM set_config('lock_timeout', patience, true);
        FOR asked IN SELECT * FROM unnest(names, times) AS batch (name, visits) ORDER BY random() LOOP
          EXIT WHEN clock_timestamp() > started + interval '100 ms';
          BEGIN
            INSERT INTO visitors (username)
            SELECT asked.name WHERE NOT EXISTS (SELECT FROM visitors WHERE username = asked.name)
            ON CONFLICT (username) DO NOTHING;
            SELECT id INTO visitor FROM visitors WHERE username = asked.name;
            SELECT visits INTO total FROM visit_totals WHERE visitor_id = visitor FOR NO KEY UPDATE;
            IF FOUND THEN
              INSERT INTO visits (visitor_id) SELECT visitor FROM generate_series(1, asked.visits);
            END IF;
          EXCEPTION WHEN lock_not_available THEN
            CONTINUE;
          END;
          RETURN QUERY SELECT asked.name, visitor, total;
        END LOOP;
      END $$`;

const recordVisitsOnceApartBefore = `CREATE OR REPLACE FUNCTION record_visits_once_apart(keys text[], names text[], lifetime interval, patience text)
      RETURNS TABLE (place bigint, id bigint, username text, visits bigint, replayed boolean)
      LANGUAGE plpgsql AS $$
      #variable_conflict use_column
      DECLARE
        started timestamptz := clock_timestamp();
        seed bigint := (random() * 1000000)::bigint;
        asked record;
        outcome record;
      BEGIN
        PERFORM set_config('lock_timeout', patience, true);
        FOR asked IN
          SELECT * FROM unnest(keys, names) WITH ORDINALITY AS wanted (key, name, place)
          ORDER BY hashtextextended(wanted.key, seed), wanted.place
        LOOP
          EXIT WHEN clock_timestamp() > started + interval '100 ms';
          BEGIN
            SELECT * INTO outcome FROM record_visits_once(ARRAY[asked.key], ARRAY[asked.name], lifetime);
          EXCEPTION WHEN lock_not_available THEN
            CONTINUE;
          END;
          RETURN QUERY SELECT asked.place, outcome.id, outcome.username, outcome.visits, outcome.replayed;
        END LOOP;
      END $$`;
