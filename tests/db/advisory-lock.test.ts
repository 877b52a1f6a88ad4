import { setTimeout as wait } from 'node:timers/promises';
import { withAdvisoryLock } from '../../src/db/advisory-lock';
import { readServerMajor } from '../support/read-server-major';
import { createTestDatabase } from '../support/test-database';

it('keeps the lock though the server ends idle sessions', async () => {
  const database = await createTestDatabase();
  try {
    // PostgreSQL 13 never ends them.
    if ((await readServerMajor(database)) > 13) {
      await database.query(`ALTER DATABASE ${database.name} SET idle_session_timeout = '100ms'`);
    }
    await withAdvisoryLock(
      database.clientConfig,
      'migrate',
      () => undefined,
      async () => {
        await wait(500);
        const locks =
          await database.query(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND database =
          (SELECT oid FROM pg_database WHERE datname = current_database())`);
        expect(locks).toHaveLength(1);
      },
    );
  } finally {
    await database.drop();
  }
});
