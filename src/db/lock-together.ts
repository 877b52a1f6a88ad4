import type { LockTogether } from '../shared/migration';

/**
 * Creates the function that locks several tables for a migration while writers go on. No order avoids deadlocks: an
 * insert locks the log and then, for its reference, the visitors; a new name locks them in the other order. So it waits
 * only for the first table. If another is not free at once, it releases all, long before the server looks for a
 * deadlock (`deadlock_timeout`, one second), and tries again.
 */
export function createLockTogether(run: (sql: string) => Promise<void>): LockTogether {
  return (tables, mode = 'ACCESS EXCLUSIVE') => run(toSql(tables, mode));
}

function toSql([first, ...others]: readonly [string, string, ...string[]], mode: string): string {
  const lock = (table: string): string => `LOCK TABLE ${table} IN ${mode} MODE;`;
  return `DO $$
    DECLARE
      has_first boolean;
    BEGIN
      FOR attempt IN 1 .. 20 LOOP
        BEGIN
          has_first := false;
          SET LOCAL lock_timeout = '2s';
          ${lock(first)}
          has_first := true;
          SET LOCAL lock_timeout = '50ms';
          ${others.map(lock).join(' ')}
          SET LOCAL lock_timeout = '2s';
          RETURN;
        EXCEPTION WHEN lock_not_available THEN
          IF NOT has_first THEN RAISE; END IF;
          PERFORM pg_sleep(0.2);
        END;
      END LOOP;
      RAISE EXCEPTION 'lock timeout: ${others.join(', ')} in use all the time; end long transactions, and migrate again'
        USING ERRCODE = 'lock_not_available';
    END $$`;
}
