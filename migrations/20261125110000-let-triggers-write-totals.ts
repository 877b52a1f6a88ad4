import type { Migration } from '../src/shared/migration';

const functions = ['create_visit_totals()', 'add_to_visit_totals()'];

/**
 * The triggers on the log write the totals with the rights of the owner, so that a role which only appends events needs
 * none to write totals itself. Locking a total takes the right to update one of its columns: that of `visitor_id`,
 * which is never updated, and which a trigger now refuses to whoever has it. Expand only.
 */
export const migration: Migration = {
  // A service that logs in with a role of its own could not record any more.
  downIsSafe: false,

  async up({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    for (const name of functions) {
      // What runs with the owner's rights must find the owner's tables, whatever its caller's path says, and must not
      // be attached to a table of the caller's.
      await run(`DO $$ BEGIN EXECUTE format(
        'ALTER FUNCTION ${name} SECURITY DEFINER SET search_path = pg_catalog, %I, pg_temp', current_schema()
      ); END $$`);
      await run(`REVOKE ALL ON FUNCTION ${name} FROM PUBLIC`);
    }
    await run(`CREATE FUNCTION refuse_to_move_totals() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'a total stays with its visitor' USING ERRCODE = 'insufficient_privilege';
      END $$`);
    await run(`CREATE TRIGGER refuse_to_move_totals BEFORE UPDATE OF visitor_id ON visit_totals
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_move_totals()`);
  },

  async down({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    await run('DROP TRIGGER refuse_to_move_totals ON visit_totals');
    await run('DROP FUNCTION refuse_to_move_totals()');
    for (const name of functions) {
      await run(`GRANT EXECUTE ON FUNCTION ${name} TO PUBLIC`);
      await run(`ALTER FUNCTION ${name} SECURITY INVOKER RESET search_path`);
    }
  },
};
