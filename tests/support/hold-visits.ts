import type { TestDatabase } from './test-database';

/**
 * Keeps the statements that record visits under way until the returned function is called. Unlike a held lock, of which
 * the service learns after 200 ms, this leaves the visits behind them in the queue.
 */
export async function holdVisits(database: TestDatabase): Promise<() => Promise<unknown>> {
  await database.query(`
    CREATE TABLE gate AS SELECT true AS closed;
    CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      WHILE EXISTS (SELECT FROM gate) LOOP PERFORM pg_sleep(0.01); END LOOP;
      RETURN NULL;
    END $$;
    CREATE TRIGGER wait_at_gate BEFORE INSERT ON visits EXECUTE FUNCTION wait_at_gate()`);
  return () => database.query('DELETE FROM gate');
}
