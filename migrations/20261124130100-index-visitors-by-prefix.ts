import type { Migration } from '../src/shared/migration';

/**
 * Serves the search by prefix and the order by name. With the collation "C" both use one index, and their order is
 * the same on every server, whatever the locale of its databases. See docs/decisions/0010.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    await run(`CREATE INDEX IF NOT EXISTS visitors_username_prefix ON visitors (username COLLATE "C")`);
  },

  async down({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    await run('DROP INDEX visitors_username_prefix');
  },
};
