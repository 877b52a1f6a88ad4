import type { Migration } from '../src/shared/migration';

/**
 * Where the visits of closed months are counted once they are removed from the log: by name and quarter of an hour, and
 * in one import of opening balances of the kind `retired`. See docs/decisions/0106. Expand only.
 */
export const migration: Migration = {
  // The visits are stored nowhere else.
  downIsSafe: false,

  async up({ run, lockTogether }) {
    // The reference locks the visitors for a moment.
    await lockTogether(['visitors', 'balance_imports']);
    await run(`ALTER TABLE balance_imports
      ADD COLUMN kind text NOT NULL DEFAULT 'imported' CHECK (kind IN ('imported', 'retired'))`);
    await run(`CREATE UNIQUE INDEX balance_imports_retired ON balance_imports (kind) WHERE kind = 'retired'`);
    await run(`CREATE TABLE retired_visits (
      visitor_id bigint NOT NULL REFERENCES visitors (id),
      quarter bigint NOT NULL,
      visits bigint NOT NULL CHECK (visits > 0),
      PRIMARY KEY (visitor_id, quarter)
    )`);
    // Visits before "before" are retired, up to "last_id" if there is one. Those up to "reached_id" are done.
    await run(`CREATE TABLE retirements (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      began_at timestamptz NOT NULL DEFAULT now(),
      ended_at timestamptz,
      before timestamptz NOT NULL,
      last_id bigint,
      reached_id bigint,
      visits bigint NOT NULL DEFAULT 0,
      archive text,
      archive_hash bytea,
      changed_by_role text NOT NULL DEFAULT session_user,
      changed_by text NOT NULL
    )`);
  },

  async down({ run, lockTogether }) {
    await lockTogether(['visitors', 'balance_imports', 'retired_visits', 'retirements']);
    await run(`DO $$ BEGIN
      IF EXISTS (SELECT FROM retired_visits) THEN
        RAISE EXCEPTION 'visits were retired, which the release before cannot count: restore a backup from before';
      END IF;
    END $$`);
    await run('DROP TABLE retired_visits, retirements');
    await run(`DELETE FROM balance_imports WHERE kind = 'retired'`);
    await run('ALTER TABLE balance_imports DROP COLUMN kind');
  },
};
