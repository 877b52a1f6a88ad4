import type { Migration } from '../../../../../src/shared/migration';

/** What a release adds whose previous one goes on serving meanwhile: a column that may be empty, and an index. */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    await run('ALTER TABLE visitors ADD COLUMN note text');
    await run('CREATE INDEX visitors_note ON visitors (note) WHERE note IS NOT NULL');
  },

  async down({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    await run('ALTER TABLE visitors DROP COLUMN note');
  },
};
