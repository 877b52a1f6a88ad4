import type { Migration } from '../src/shared/migration';

/**
 * Records many visits, each under a key of its own, in one transaction and one round trip. It appends to the log as any
 * other writer does, and the triggers move the totals.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    // Locks are taken in one order by everybody: names, totals by id, and keys last. So nobody waits in a circle, and
    // since the totals are locked before a number is given out, nobody else can be given it.
    // Each statement in here sees what was committed while the one before it waited; a single statement would not.
    await run(`CREATE FUNCTION record_visits_once(keys text[], names text[], lifetime interval)
      RETURNS TABLE (place bigint, id bigint, username text, visits bigint, replayed boolean)
      LANGUAGE plpgsql AS $$
      #variable_conflict use_column
      DECLARE
        asked record;
        held record;
      BEGIN
        INSERT INTO visitors (username)
        SELECT DISTINCT name FROM unnest(keys, names) AS wanted (key, name)
        WHERE NOT EXISTS (SELECT FROM visitors WHERE username = name)
          AND NOT EXISTS (SELECT FROM idempotency_keys AS known
                          WHERE known.key = wanted.key AND created_at > now() - lifetime)
        ORDER BY name
        ON CONFLICT (username) DO NOTHING;

        PERFORM FROM visit_totals WHERE visitor_id IN (
          SELECT visitors.id FROM unnest(keys, names) AS wanted (key, name)
          JOIN visitors ON username = name
          WHERE NOT EXISTS (SELECT FROM idempotency_keys AS known
                            WHERE known.key = wanted.key AND created_at > now() - lifetime)
        ) ORDER BY visitor_id FOR NO KEY UPDATE;

        FOR asked IN
          SELECT * FROM unnest(keys, names) WITH ORDINALITY AS wanted (key, name, place)
          ORDER BY wanted.key COLLATE "C", wanted.place
        LOOP
          held := NULL;
          -- Nothing is written for a key that is known; one that is past its time is taken over.
          INSERT INTO idempotency_keys AS known (key, visitor_id, visits)
          SELECT asked.key, visitor_id, visits + 1
          FROM visitors JOIN visit_totals ON visitor_id = visitors.id
          WHERE username = asked.name AND NOT EXISTS (
            SELECT FROM idempotency_keys AS known WHERE known.key = asked.key AND created_at > now() - lifetime
          )
          FOR NO KEY UPDATE OF visit_totals
          ON CONFLICT (key) DO UPDATE
            SET visitor_id = excluded.visitor_id, visits = excluded.visits, created_at = excluded.created_at
            WHERE known.created_at <= now() - lifetime
          RETURNING known.visitor_id, asked.name AS username, known.visits, false AS replayed INTO held;
          IF FOUND THEN
            INSERT INTO visits (visitor_id) VALUES (held.visitor_id);
          ELSE
            SELECT visitor_id, username, visits, true AS replayed INTO held
            FROM idempotency_keys AS known JOIN visitors ON visitors.id = visitor_id
            WHERE known.key = asked.key;
          END IF;
          IF FOUND THEN
            RETURN QUERY SELECT asked.place, held.visitor_id, held.username, held.visits, held.replayed;
          END IF;
        END LOOP;
      END $$`);
  },

  async down({ run }) {
    await run('DROP FUNCTION record_visits_once(text[], text[], interval)');
  },
};
