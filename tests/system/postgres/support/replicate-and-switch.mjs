import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { waitUntil } from '../../../support/wait-until.cjs';
import { ask, askOrFail } from '../../support/http-client.mjs';
import { startVisitLoad } from '../../support/visit-load.mjs';
import { repository } from '../../support/work-tree.mjs';
import { createMovableAddress } from './movable-address.mjs';
import { execute, fillDatabase, runFootfall } from './program.mjs';
import { installedMajor, startMajor } from './servers.mjs';

/**
 * Replicates a database to a server of the installed version while a service records visits, then moves the address to
 * it. Sequences are not replicated: until "footfall totals rebuild" the new server must refuse, and say why.
 * @returns what was seen, in a few words
 */
export async function replicateAndSwitch(major) {
  const undo = [];
  try {
    return await run(major, undo);
  } finally {
    for (const each of undo.reverse()) await each();
  }
}

async function run(major, undo) {
  const password = 'same-on-both';
  const blue = await startMajor(major, { wal_level: 'logical' }, password);
  undo.push(blue.stop);
  const green = await startMajor(installedMajor, {}, password);
  undo.push(green.stop);
  const [from, to] = [blue, green].map((server) => server.settings('footfall'));
  await fillDatabase(from);
  const address = await createMovableAddress(from.DB_PORT);
  undo.push(() => address.close());
  const { url, stop } = await startService({ ...from, DB_PORT: String(address.port) });
  undo.push(stop);
  const load = startVisitLoad(url, { names: ['a', 'b', 'c', 'd'], clients: 4 });
  undo.push(load.stop);

  await replicate(from, to);
  const blockedAt = performance.now();
  address.block();
  await waitForReplay(from);
  await execute(to, 'DROP SUBSCRIPTION moved');
  await assert.rejects(
    runFootfall(to, 'migrate', 'up'),
    /visits_id_seq is behind public\.visits\.id.*database-sequences/,
  );
  address.moveTo(to.DB_PORT);
  const isRefused = async () => (await ask(url, '/-/health/ready')).json?.code === 'database-sequences';
  await waitUntil('the new server to be refused', 60, isRefused);
  assert.match(await runFootfall(to, 'totals', 'rebuild'), /advanced public\.visits_id_seq/);
  const isReady = async () => (await askOrFail(url, '/-/health/ready')).status === 200;
  await waitUntil('the service to be ready', 60, isReady);
  const seconds = ((performance.now() - blockedAt) / 1000).toFixed(1);
  const answered = load.ledger.sum().answered;
  await waitUntil('visits on the new server', 60, () => load.ledger.sum().answered > answered + 20);
  await load.stop();
  const summary = await load.summarise();
  assert.match(await runFootfall(to, 'totals', 'verify'), /totals equal the log/);
  return `exact: ${summary}; away ${seconds} s`;
}

/** Replicates all tables into an empty copy of the schema, and waits until the rows are there. */
async function replicate(from, to) {
  await execute({ ...to, DB_NAME: 'postgres' }, `CREATE DATABASE ${to.DB_NAME}`);
  await runFootfall(to, 'migrate', 'up');
  const tables = await execute(to, `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`);
  // Migrations wrote rows, which the replication would meet; triggers refuse to remove some.
  const names = tables.map(({ tablename }) => tablename).join(', ');
  await execute(to, `SET session_replication_role = replica; TRUNCATE ${names}`);
  await execute(from, 'CREATE PUBLICATION moved FOR ALL TABLES');
  const source = `host=127.0.0.1 port=${from.DB_PORT} dbname=footfall user=${from.DB_USERNAME} password=${from.DB_PASSWORD}`;
  await execute(to, `CREATE SUBSCRIPTION moved CONNECTION '${source}' PUBLICATION moved`);
  const pending = `SELECT 1 FROM pg_subscription_rel WHERE srsubstate <> 'r'`;
  await waitUntil('the tables to be copied', 120, async () => (await execute(to, pending)).length === 0);
}

async function waitForReplay(from) {
  const [{ lsn }] = await execute(from, 'SELECT pg_current_wal_lsn() AS lsn');
  const behind = `SELECT 1 FROM pg_stat_replication WHERE replay_lsn >= $1`;
  await waitUntil('the last visits', 60, async () => (await execute(from, behind, [lsn])).length > 0);
}

async function startService(settings) {
  const port = await findFreePort();
  const env = { PATH: process.env.PATH, ...settings, PORT: String(port), LOG_LEVEL: 'silent' };
  const limits = { RATE_LIMIT_VISITS: '0', DB_POOL_SIZE: '4' };
  const child = spawn('node', ['dist/src/main.js'], {
    cwd: repository,
    env: { ...env, ...limits },
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const url = `http://127.0.0.1:${port}`;
  const isReady = async () => (await askOrFail(url, '/-/health/ready')).status === 200;
  await waitUntil('the service to start', 60, isReady);
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function findFreePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
