import type { Migration } from '../src/shared/migration';

/**
 * The projection of the log: one row a visitor. The triggers move it in the transaction that appends the events,
 * whoever appends them. Expand only: the previous release neither knows nor needs it.
 */
export const migration: Migration = {
  // The totals are derived from the log, which stays; the release before reads the log alone.
  downIsSafe: true,

  async up({ run, lockTogether }) {
    // Creating a trigger waits for writers under way and holds up the next ones; rather fail than hold them long.
    await lockTogether(['visitors', 'visits'], 'SHARE ROW EXCLUSIVE');
    // Every visit of a name updates one row: room in its page keeps the update off the index (HOT).
    await run(`CREATE TABLE visit_totals (
      visitor_id bigint PRIMARY KEY REFERENCES visitors (id) ON DELETE CASCADE,
      visits bigint NOT NULL CONSTRAINT visit_totals_not_negative CHECK (visits >= 0)
    ) WITH (fillfactor = 50)`);
    await run(`CREATE FUNCTION create_visit_totals() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO visit_totals (visitor_id, visits)
        SELECT id, 0 FROM created ORDER BY id
        ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$`);
    await run(`CREATE TRIGGER create_visit_totals AFTER INSERT ON visitors
      REFERENCING NEW TABLE AS created FOR EACH STATEMENT EXECUTE FUNCTION create_visit_totals()`);
    // Rows are locked in the order of their ids, here as in the recording statement, so that no two
    // transactions can wait for each other.
    await run(`CREATE FUNCTION add_to_visit_totals() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO visit_totals AS total (visitor_id, visits)
        SELECT visitor_id, count(*) FROM appended GROUP BY visitor_id ORDER BY visitor_id
        ON CONFLICT (visitor_id) DO UPDATE SET visits = total.visits + excluded.visits;
        RETURN NULL;
      END $$`);
    await run(`CREATE TRIGGER add_to_visit_totals AFTER INSERT ON visits
      REFERENCING NEW TABLE AS appended FOR EACH STATEMENT EXECUTE FUNCTION add_to_visit_totals()`);
  },

  async down({ run, lockTogether }) {
    await lockTogether(['visitors', 'visits', 'visit_totals']);
    await run('DROP TRIGGER add_to_visit_totals ON visits');
    await run('DROP TRIGGER create_visit_totals ON visitors');
    await run('DROP FUNCTION add_to_visit_totals()');
    await run('DROP FUNCTION create_visit_totals()');
    await run('DROP TABLE visit_totals');
  },
};
