import type { Migration } from '../src/shared/migration';

/** Marks the visitors that are hidden from the public. Expand only. */
export const migration: Migration = {
  // The mark is stored nowhere else, so the names would be public again.
  downIsSafe: false,

  async up({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    await run('ALTER TABLE visitors ADD COLUMN hidden_at timestamptz');
  },

  async down({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    await run('ALTER TABLE visitors DROP COLUMN hidden_at');
  },
};
