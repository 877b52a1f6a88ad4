import type { Migration } from '../src/shared/migration';

/**
 * Finds the visitors that are hidden, who are few: the place of a visitor leaves them out, and read all visitors for it.
 * Expand only.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    // Building holds up new names for a moment; rather fail than queue behind a long transaction.
    await run(`SET LOCAL lock_timeout = '2s'`);
    await run('CREATE INDEX IF NOT EXISTS visitors_hidden ON visitors (id) WHERE hidden_at IS NOT NULL');
  },

  async down({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    await run('DROP INDEX visitors_hidden');
  },
};
