import type { Migration } from '../../../../../src/shared/migration';

/** A migration that fails after its first statement, which must be rolled back. */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run('CREATE TABLE half_made (id bigint PRIMARY KEY)');
    await run('ALTER TABLE there_is_no_such_table ADD COLUMN note text');
  },

  async down({ run }) {
    await run('DROP TABLE half_made');
  },
};
