import type { Migration } from '../src/shared/migration';

const functions = [
  'add_balances_to_visit_totals()',
  'take_balances_from_visit_totals()',
  'refuse_to_change_balances()',
  'refuse_to_move_totals()',
  'record_visits_once(text[], text[], interval)',
];

/**
 * Lets every function find its tables whatever the search path of its caller is. pg_dump and pg_restore empty it: the
 * trigger on opening balances then failed, and a restore of data lost the balances.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    for (const name of functions) {
      await run(`DO $$ BEGIN EXECUTE format(
        'ALTER FUNCTION ${name} SET search_path = pg_catalog, %I, pg_temp', current_schema()
      ); END $$`);
    }
  },

  async down({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    for (const name of functions) await run(`ALTER FUNCTION ${name} RESET search_path`);
  },
};
