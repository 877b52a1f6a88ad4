import { escapeLiteral } from 'pg';
import type { RunStatement } from '../../shared/statement';

/** SQL of a condition for the `setting` of a function: a search path as migrations set it, of another schema. */
export const namesOtherSchema = `setting LIKE 'search\\_path=pg\\_catalog, %, pg\\_temp'
  AND setting <> format('search_path=pg_catalog, %I, pg_temp', current_schema())`;

const correct = `
  DECLARE
    moved regprocedure;
  BEGIN
    FOR moved IN
      SELECT pg_proc.oid FROM pg_proc CROSS JOIN unnest(proconfig) AS setting
      WHERE pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
        AND pg_has_role(proowner, 'USAGE') AND ${namesOtherSchema}
    LOOP
      EXECUTE format('ALTER ROUTINE %s SET search_path = pg_catalog, %I, pg_temp', moved, current_schema());
    END LOOP;
  END`;

/**
 * Lets the functions of the current schema find their tables in it, after a restore of a renamed schema or
 * `ALTER SCHEMA … RENAME`. Visits fail until then.
 */
export async function correctSearchPaths(run: RunStatement): Promise<void> {
  await run({ text: `DO ${escapeLiteral(correct)}` }, []);
}
