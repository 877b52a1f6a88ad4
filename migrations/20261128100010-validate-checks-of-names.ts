import type { Migration } from '../src/shared/migration';

/** Validates the checks of names for the rows that were there before. Neither visits nor reads wait meanwhile. */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    for (const rule of ['length', 'normalised', 'reserved', 'trimmed', 'characters']) {
      await run(`ALTER TABLE visitors VALIDATE CONSTRAINT visitors_username_${rule}`);
    }
    // The change of the collation discarded the statistics of the column.
    await run('ANALYZE visitors');
  },

  // A validated check is valid for the release before this one too.
  down: () => Promise.resolve(),
};
