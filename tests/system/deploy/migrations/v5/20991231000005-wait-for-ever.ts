import type { Migration } from '../../../../../src/shared/migration';

/** A migration that holds a lock and does not finish. */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run('ALTER TABLE visitors ADD COLUMN never text');
    await run('SELECT pg_sleep(600)');
  },

  async down({ run }) {
    await run('ALTER TABLE visitors DROP COLUMN never');
  },
};
