import type { Migration } from '../src/shared/migration';

/** What `totals verify` found and when, so that every replica's metrics can tell of it. */
export const migration: Migration = {
  // The next `totals verify` finds the verdict again.
  downIsSafe: true,

  async up({ run }) {
    await run(`CREATE TABLE totals_verifications (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      verified_at timestamptz NOT NULL DEFAULT now(),
      visitors bigint NOT NULL,
      visits bigint NOT NULL,
      drifted bigint NOT NULL
    )`);
  },

  async down({ run }) {
    await run('DROP TABLE totals_verifications');
  },
};
