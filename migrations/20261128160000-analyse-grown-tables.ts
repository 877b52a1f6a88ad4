import type { Migration } from '../src/shared/migration';

/**
 * Analyses small tables that have grown, at the end of a pass of the roll-up. A session keeps the plan of a prepared
 * statement until a table is analysed: one that was made for a small table reads all of it, and does so for each visitor
 * of a page. After an import, that lasted until autovacuum came by. Expand only.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    // Reads wait behind the lock of a trigger; rather fail than hold them long.
    await run(`SET LOCAL lock_timeout = '2s'`);
    await run(analyseGrownTables);
    await run(`DO $$ BEGIN EXECUTE format(
      'ALTER FUNCTION analyse_grown_tables() SECURITY DEFINER SET search_path = pg_catalog, %I, pg_temp', current_schema()
    ); END $$`);
    await run('REVOKE ALL ON FUNCTION analyse_grown_tables() FROM PUBLIC');
    await run(`CREATE TRIGGER analyse_grown_tables AFTER UPDATE ON visit_rollup
      FOR EACH STATEMENT EXECUTE FUNCTION analyse_grown_tables()`);
  },

  async down({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    await run('DROP TRIGGER analyse_grown_tables ON visit_rollup');
    await run('DROP FUNCTION analyse_grown_tables()');
  },
};

// Whoever makes a plan for a table of 1,000 pages looks rows up by an index. Smaller ones are analysed when they have
// doubled, so a table is analysed a few times in its life. It waits for nobody who holds a table.
const analyseGrownTables = `
  CREATE FUNCTION analyse_grown_tables() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    grown regclass;
  BEGIN
    FOR grown IN
      SELECT oid FROM pg_class
      WHERE relkind = 'r' AND relpages < 1000
        AND (relnamespace, relowner) = (SELECT relnamespace, relowner FROM pg_class WHERE oid = TG_RELID)
        AND pg_relation_size(oid) / current_setting('block_size')::int > 2 * relpages + 16
    LOOP
      EXECUTE format('ANALYZE (SKIP_LOCKED) %s', grown);
    END LOOP;
    RETURN NULL;
  END $$`;
