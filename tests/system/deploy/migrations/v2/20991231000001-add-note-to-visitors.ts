import type { Migration } from '../../../../../src/shared/migration';

/** Changes that the previous release tolerates while it goes on serving: a nullable column and an index. */
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
