import type { Migration } from '../../../../../src/shared/migration';

const name = '20991231000002-hide-from-service';

/**
 * Creates a release that never becomes ready: only the migrate command can read the record of this migration, so the
 * service waits for it for ever. The previous release, which does not know this migration, is not affected.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run(`CREATE POLICY shown_to_commands ON schema_migrations
      USING (name <> '${name}' OR current_setting('application_name') = 'footfall-migrate')`);
    await run('ALTER TABLE schema_migrations ENABLE ROW LEVEL SECURITY');
    await run('ALTER TABLE schema_migrations FORCE ROW LEVEL SECURITY');
  },

  async down({ run }) {
    await run('ALTER TABLE schema_migrations NO FORCE ROW LEVEL SECURITY');
    await run('ALTER TABLE schema_migrations DISABLE ROW LEVEL SECURITY');
    await run('DROP POLICY shown_to_commands ON schema_migrations');
  },
};
