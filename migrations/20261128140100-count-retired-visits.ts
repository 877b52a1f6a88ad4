import type { Migration } from '../src/shared/migration';

/**
 * Adds retired visits to what the counts over time must be, and leaves their balances out of the summary, which has them
 * in its counts over time. Retired balances can only be moved or erased with their visitor. Expand only.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    for (const [name, before, after] of changes) await run(replaceInFunction(name, before, after));
    await run(compareRetired);
    await run(`DO $$ BEGIN EXECUTE format(
      'ALTER FUNCTION compare_retired_visits() SET search_path = pg_catalog, %I, pg_temp', current_schema()
    ); END $$`);
    await run('REVOKE ALL ON FUNCTION compare_retired_visits() FROM PUBLIC');
  },

  async down({ run }) {
    await run('DROP FUNCTION compare_retired_visits()');
    for (const [name, before, after] of changes) await run(replaceInFunction(name, after, before));
  },
};

const isImported = `import_id NOT IN (SELECT id FROM balance_imports WHERE kind = 'retired')`;

const changes = [
  [
    'compare_visit_counts(bigint, bigint)',
    ') AS visit GROUP BY 1, 2',
    `UNION ALL
        SELECT retired_visits.visitor_id, to_timestamp(quarter * 900), retired_visits.visits FROM retired_visits
        WHERE retired_visits.visitor_id BETWEEN first_id AND last_id
      ) AS visit GROUP BY 1, 2`,
  ],
  [
    'compare_visit_counts_of_all()',
    ') AS visit GROUP BY 1',
    `UNION ALL
        SELECT to_timestamp(quarter * 900), retired_visits.visits FROM retired_visits
      ) AS visit GROUP BY 1`,
  ],
  [
    'compare_summary()',
    'FROM opening_balances)::bigint',
    `FROM opening_balances WHERE ${isImported})::bigint`,
  ],
  [
    'follow_balances()',
    'END FROM changed HAVING count(*) > 0;',
    `END FROM changed WHERE ${isImported} HAVING count(*) > 0;
    IF TG_OP = 'DELETE' AND current_setting('footfall.totals', true) IS DISTINCT FROM 'by import'
      AND EXISTS (SELECT FROM changed WHERE NOT ${isImported}) THEN
      RAISE EXCEPTION 'retired visits cannot be undone';
    END IF;`,
  ],
] as const;

// The visitors whose retired balance is not the sum of their retired visits.
const compareRetired = `
  CREATE FUNCTION compare_retired_visits() RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    SELECT visitor_id FROM (SELECT visitor_id, sum(visits) AS visits FROM retired_visits GROUP BY 1) AS retired
    FULL JOIN (
      SELECT visitor_id, sum(visits) AS visits FROM opening_balances WHERE NOT ${isImported} GROUP BY 1
    ) AS balances USING (visitor_id)
    WHERE retired.visits IS DISTINCT FROM balances.visits
  $$`;

/** SQL that changes a part of a function, and nothing else of it. */
function replaceInFunction(name: string, before: string, after: string): string {
  return `
    DO $do$
    DECLARE
      definition text := pg_get_functiondef('${name}'::regprocedure);
    BEGIN
      IF strpos(definition, $before$${before}$before$) = 0 THEN
        RAISE EXCEPTION '${name} is not as the migrations made it';
      END IF;
      EXECUTE replace(definition, $before$${before}$before$, $after$${after}$after$);
    END $do$`;
}
