import type { Migration } from '../src/shared/migration';

/** Former names of visitors: a visit to an alias is a visit to its visitor. Expand only. */
export const migration: Migration = {
  // Visits to the former names would create visitors again.
  downIsSafe: false,

  async up({ run }) {
    // The reference and the trigger lock the visitors for a moment.
    await run(`SET LOCAL lock_timeout = '2s'`);
    await run(`CREATE TABLE visitor_aliases (
      alias text COLLATE "C" PRIMARY KEY,
      visitor_id bigint NOT NULL REFERENCES visitors (id) ON DELETE CASCADE,
      created_at timestamptz NOT NULL DEFAULT now()
    )`);
    await run('CREATE INDEX visitor_aliases_visitor_id ON visitor_aliases (visitor_id)');
    // An insert that waited for a rename to end sees the alias here, because this is a later statement.
    await run(`CREATE FUNCTION refuse_aliases() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (SELECT FROM created JOIN visitor_aliases ON alias = username) THEN
          RAISE EXCEPTION 'one of these names has become an alias: repeat the transaction'
            USING ERRCODE = 'serialization_failure';
        END IF;
        RETURN NULL;
      END $$`);
    await run(`DO $$ BEGIN EXECUTE format(
      'ALTER FUNCTION refuse_aliases() SET search_path = pg_catalog, %I, pg_temp', current_schema()
    ); END $$`);
    await run(`CREATE TRIGGER refuse_aliases AFTER INSERT ON visitors
      REFERENCING NEW TABLE AS created FOR EACH STATEMENT EXECUTE FUNCTION refuse_aliases()`);
  },

  async down({ run, lockTogether }) {
    await lockTogether(['visitors', 'visitor_aliases']);
    await run('DROP TRIGGER refuse_aliases ON visitors');
    await run('DROP FUNCTION refuse_aliases()');
    await run('DROP TABLE visitor_aliases');
  },
};
