import type { Migration } from '../src/shared/migration';

const functions = [
  'record_visits_apart(text[], int[], text)',
  'record_visits_once_apart(text[], text[], interval, text)',
];

/**
 * Records each visit of a batch in a subtransaction of its own and leaves out those that would have to wait for a lock:
 * of a total, of a visitor, of a new name that another transaction is creating, of a key. So one locked name does not
 * stop the others. `patience` is the longest wait for one lock. Expand only.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    // Rows stay locked until the end, so the time of a call is limited. The order is random, so that the limit does not
    // always leave out the same names; with waits this short it cannot cause a deadlock.
    await run(`CREATE FUNCTION record_visits_apart(names text[], times int[], patience text)
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
      END $$`);
    // Visits with one key keep their order: the first of them records, the others repeat its number.
    await run(`CREATE FUNCTION record_visits_once_apart(keys text[], names text[], lifetime interval, patience text)
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
      END $$`);
    for (const name of functions) {
      await run(`DO $$ BEGIN EXECUTE format(
        'ALTER FUNCTION ${name} SET search_path = pg_catalog, %I, pg_temp', current_schema()
      ); END $$`);
    }
  },

  async down({ run }) {
    for (const name of functions) await run(`DROP FUNCTION ${name}`);
  },
};
