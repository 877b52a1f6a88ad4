import type { Migration } from '../src/shared/migration';

const triggers = [
  ['add_to_visit_totals', 'AFTER INSERT ON visits REFERENCING NEW TABLE AS appended'],
  ['add_balances_to_visit_totals', 'AFTER INSERT ON opening_balances REFERENCING NEW TABLE AS added'],
  ['take_balances_from_visit_totals', 'AFTER DELETE ON opening_balances REFERENCING OLD TABLE AS taken'],
] as const;

/**
 * The triggers that move totals leave them to a transaction that sets `footfall.totals` to `by import`. An import of
 * millions of visits can so lock the totals in the end only, for a moment. Only a session that may write totals anyway
 * can do so, which the role of the service may not. Expand only: without the setting nothing changes.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run, lockTogether }) {
    await lockTogether(['visits', 'opening_balances']);
    for (const [name, event] of triggers) {
      await run(`DROP TRIGGER ${name} ON ${event.split(' ')[3]}`);
      await run(`CREATE TRIGGER ${name} ${event} FOR EACH STATEMENT
        WHEN (current_setting('footfall.totals', true) IS DISTINCT FROM 'by import'
          OR NOT has_column_privilege('visit_totals'::regclass, 'visits', 'UPDATE'))
        EXECUTE FUNCTION ${name}()`);
    }
  },

  // The lock also waits for imports under way, which rely on the condition.
  async down({ run, lockTogether }) {
    await lockTogether(['visits', 'opening_balances']);
    for (const [name, event] of triggers) {
      await run(`DROP TRIGGER ${name} ON ${event.split(' ')[3]}`);
      await run(`CREATE TRIGGER ${name} ${event} FOR EACH STATEMENT EXECUTE FUNCTION ${name}()`);
    }
  },
};
