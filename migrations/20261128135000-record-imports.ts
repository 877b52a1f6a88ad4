import type { Migration } from '../src/shared/migration';

/**
 * Records each import: what file it was, how far it is, and the visits that it appended, so that a repeated file is
 * recognised, an interrupted import can be continued, and any import can be undone. Expand only: rows of earlier
 * imports are complete imports of balances.
 */
export const migration: Migration = {
  // An import that is under way could neither be continued nor undone.
  downIsSafe: false,

  async up({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    // An import of a log has a row of its own, and one for each import of balances that the log contains: `part_of` is
    // the row of the log, and `file_id` the id in the file. It is no foreign key, because pg_dump would warn of a table
    // that refers to itself. `appended_visits` is the number of visits that were appended and neither undone nor erased.
    await run(`ALTER TABLE balance_imports
      ADD COLUMN is_log boolean NOT NULL DEFAULT false,
      ADD COLUMN part_of bigint,
      ADD COLUMN file_id bigint,
      ADD COLUMN content_hash bytea,
      ADD COLUMN imported_by text,
      ADD COLUMN state text NOT NULL DEFAULT 'complete' CHECK (state IN ('adding', 'complete', 'undoing')),
      ADD COLUMN keeps_ids boolean NOT NULL DEFAULT false,
      ADD COLUMN lines bigint NOT NULL DEFAULT 0,
      ADD COLUMN added_lines bigint NOT NULL DEFAULT 0,
      ADD COLUMN appended_visits bigint NOT NULL DEFAULT 0`);
    // Ranges of ids that hold visits of one import only. Without them each visit of the log would need a column.
    await run(`CREATE TABLE imported_visits (
      first_id bigint PRIMARY KEY,
      last_id bigint NOT NULL CHECK (last_id >= first_id),
      import_id bigint NOT NULL REFERENCES balance_imports (id)
    )`);
    await run('CREATE INDEX imported_visits_import_id ON imported_visits (import_id, first_id)');
  },

  async down({ run, lockTogether }) {
    await lockTogether(['balance_imports', 'imported_visits']);
    await run('DROP TABLE imported_visits');
    await run('DELETE FROM balance_imports WHERE is_log');
    await run(`ALTER TABLE balance_imports
      DROP COLUMN is_log, DROP COLUMN part_of, DROP COLUMN file_id, DROP COLUMN content_hash, DROP COLUMN imported_by,
      DROP COLUMN state, DROP COLUMN keeps_ids, DROP COLUMN lines, DROP COLUMN added_lines, DROP COLUMN appended_visits`);
  },
};
