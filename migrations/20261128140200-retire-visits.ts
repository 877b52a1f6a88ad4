import type { Migration } from '../src/shared/migration';

/** Retires visits, a bounded part at a time. For the owner of the tables alone. Expand only. */
export const migration: Migration = {
  // See 20261128140000.
  downIsSafe: false,

  async up({ run }) {
    await run(retireVisits);
    await run(`DO $$ BEGIN EXECUTE format(
      'ALTER FUNCTION retire_visits(bigint, integer, boolean) SET search_path = pg_catalog, %I, pg_temp', current_schema()
    ); END $$`);
    await run('REVOKE ALL ON FUNCTION retire_visits(bigint, integer, boolean) FROM PUBLIC');
  },

  async down({ run }) {
    await run(`DO $$ BEGIN
      IF EXISTS (SELECT FROM retired_visits) THEN
        RAISE EXCEPTION 'visits were retired, which the release before cannot count: restore a backup from before';
      END IF;
    END $$`);
    await run('DROP FUNCTION retire_visits(bigint, integer, boolean)');
  },
};

// The visits of a part are removed and counted in one statement. They are behind the watermark of the roll-up, which
// does not move meanwhile, so they are in the counts over time, and these stay as they are. So do the totals.
//
// "part" is a partition of closed months. It is dropped once it is counted, or when it is empty. The locks for that are
// taken last, and released together if one is not free: see lockTogether.
const retireVisits = `
  CREATE FUNCTION retire_visits(
    retirement_id bigint, most integer, whole_partitions boolean,
    OUT retired bigint, OUT remaining boolean, OUT busy boolean
  ) LANGUAGE plpgsql AS $$
  DECLARE
    task retirements;
    rolled bigint;
    retired_import bigint;
    part regclass;
    must_stay boolean := true;
    ids bigint[];
    scanned integer;
    last_scanned bigint;
    source text;
  BEGIN
    retired := 0;
    remaining := false;
    busy := false;
    -- Each statement below must see what was committed before it.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
      RAISE EXCEPTION 'visits are retired in "read committed" only: change default_transaction_isolation back';
    END IF;
    -- The lock of changes of visitors.
    IF NOT pg_try_advisory_xact_lock(7130004) THEN
      remaining := true;
      busy := true;
      RETURN;
    END IF;
    -- Without its visits, an undo that was interrupted could not go on.
    IF EXISTS (SELECT FROM balance_imports WHERE state = 'undoing') THEN
      remaining := true;
      busy := true;
      RETURN;
    END IF;
    SELECT * INTO task FROM retirements WHERE id = retirement_id AND ended_at IS NULL;
    IF NOT FOUND THEN
      RETURN;
    END IF;
    IF task.before > date_trunc('month', now(), 'UTC') THEN
      RAISE EXCEPTION 'only visits of closed months are retired';
    END IF;
    SELECT rolled_id INTO rolled FROM visit_rollup FOR UPDATE;
    IF NOT FOUND THEN
      RETURN;
    END IF;
    rolled := least(rolled, task.last_id);
    PERFORM set_config('footfall.totals', 'by import', true);
    SELECT id INTO retired_import FROM balance_imports WHERE kind = 'retired';
    IF NOT FOUND THEN
      INSERT INTO balance_imports (source, kind) VALUES ('retired visits', 'retired') RETURNING id INTO retired_import;
    END IF;

    FOR part IN
      SELECT inhrelid::regclass FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
      WHERE inhparent = 'visits'::regclass
        AND substring(pg_get_expr(relpartbound, inhrelid) FROM 'TO \\(''([^'']+)''\\)$')::timestamptz <= task.before
      ORDER BY inhrelid
    LOOP
      EXECUTE format('LOCK TABLE %s IN SHARE MODE', part);
      EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE $2 OR id > $1)', part)
      INTO must_stay USING rolled, NOT whole_partitions;
      EXIT WHEN NOT must_stay;
    END LOOP;
    IF NOT must_stay THEN
      source := format('SELECT visitor_id, visited_at FROM %s', part);
      remaining := true;
    ELSE
      SELECT count(*), max(id), array_agg(id) FILTER (WHERE visited_at < task.before) INTO scanned, last_scanned, ids
      FROM (
        SELECT id, visited_at FROM visits
        WHERE id > coalesce(task.reached_id, -9223372036854775808) AND id <= rolled ORDER BY id LIMIT most
      ) AS next;
      remaining := scanned = most;
      IF ids IS NOT NULL THEN
        source := 'DELETE FROM visits WHERE id = ANY ($2) AND visited_at < $3 RETURNING visitor_id, visited_at';
      ELSIF remaining THEN
        -- A log in the order of time need not be read to its end.
        remaining := EXISTS (
          SELECT FROM visits WHERE visited_at < task.before AND id > last_scanned AND id <= rolled
        );
      END IF;
    END IF;

    IF source IS NOT NULL THEN
      EXECUTE format('
        WITH visit AS (%s), by_quarter AS MATERIALIZED (
          SELECT visitor_id, to_quarter(visited_at) AS quarter, count(*) AS visits FROM visit GROUP BY 1, 2
        ), counted AS (
          INSERT INTO retired_visits AS counted (visitor_id, quarter, visits)
          SELECT visitor_id, quarter, visits FROM by_quarter ORDER BY 1, 2
          ON CONFLICT (visitor_id, quarter) DO UPDATE SET visits = counted.visits + excluded.visits
        ), before AS (
          DELETE FROM opening_balances
          WHERE import_id = $1 AND visitor_id IN (SELECT visitor_id FROM by_quarter) RETURNING visitor_id, visits
        ), balanced AS (
          INSERT INTO opening_balances (import_id, visitor_id, visits)
          SELECT $1, visitor_id, sum(visits) FROM (
            SELECT visitor_id, visits FROM by_quarter UNION ALL SELECT visitor_id, visits FROM before
          ) AS summed GROUP BY visitor_id
        )
        SELECT coalesce(sum(visits), 0) FROM by_quarter', source)
      INTO retired USING retired_import, ids, task.before;
    END IF;
    IF NOT must_stay THEN
      FOR attempt IN 1 .. 20 LOOP
        BEGIN
          PERFORM set_config('lock_timeout', '500ms', true);
          LOCK TABLE visitors IN ACCESS EXCLUSIVE MODE;
          PERFORM set_config('lock_timeout', '50ms', true);
          LOCK TABLE visits IN ACCESS EXCLUSIVE MODE;
          EXECUTE format('DROP TABLE %s', part);
          EXIT;
        EXCEPTION WHEN lock_not_available THEN
          IF attempt = 20 THEN
            RAISE;
          END IF;
          PERFORM pg_sleep(0.2);
        END;
      END LOOP;
    END IF;

    IF NOT remaining AND task.visits + retired = 0 THEN
      DELETE FROM retirements WHERE id = task.id;
    ELSE
      UPDATE retirements SET visits = task.visits + retired, reached_id = coalesce(last_scanned, task.reached_id),
        ended_at = CASE WHEN NOT remaining THEN clock_timestamp() END
      WHERE id = task.id;
    END IF;
  END $$`;
