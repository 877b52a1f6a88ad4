import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { runProgram, waitUntil } from '../../support/shell.mjs';
import { repository } from '../../support/work-tree.mjs';
import { ask } from '../../support/http-client.mjs';
import { identifyProcess, readListing, readPostmasterFile, serviceScript, spawnServer } from './compiled.mjs';
import { startFaultProxy } from './fault-proxy.mjs';
import { createFolder } from './own-server.mjs';

/** Connections of the service's pool, which no fault changes. */
export const poolSize = 10;

/**
 * Sets the stage for one fault: the compiled service as a process of its own, on a database of its own.
 * @param {object} needs
 * @param {'embedded' | 'own'} needs.database the service's embedded server, or a new database on `ownServer`
 * @param {boolean} [needs.proxied] puts a fault proxy between the service and that database
 * @param {object} [needs.settings] of the service
 */
export async function openStage({ name, database: kind, proxied = false, settings = {} }, ownServer) {
  const closers = [];
  const database = kind === 'embedded' ? openEmbedded(closers) : await openOwn(name, ownServer);
  const proxy = proxied ? await startFaultProxy(ownServer.port) : undefined;
  if (proxy) closers.push(() => proxy.close());
  const path = proxy ? { DB_PORT: String(proxy.port) } : {};
  const environment = { ...database.environment, ...path, ...settings };

  const stage = {
    proxy,
    database,
    service: undefined,
    /** Stays the same when the service is started again. */
    url: undefined,
    async startService() {
      const port = stage.url ? new URL(stage.url).port : '0';
      stage.service = await spawnServer(serviceScript, { ...environment, PORT: port });
      stage.url = stage.service.url;
    },
    isReady: () =>
      ask(stage.url, '/-/health/ready', { timeoutMs: 2000 }).then(
        ({ status }) => status === 200,
        () => false,
      ),
    /**
     * What is counted: every name with its number, as the service lists it, after a look whether the log says the same.
     * Waits for the statements that a fault has left behind in the database.
     */
    async readCounted() {
      await waitUntil('the last recording statement to end', 15, async () => {
        const sql = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'footfall' AND state = 'active'`;
        return (await database.query(sql)).length === 0;
      });
      const listing = await readListing(stage.url);
      const rows = await database.query(
        'SELECT username, count(*)::int AS visits FROM visits JOIN visitors ON visitors.id = visitor_id GROUP BY username',
      );
      const off = rows.filter(({ username, visits }) => listing.get(username) !== visits);
      if (off.length > 0) throw new Error(`list and log differ: ${JSON.stringify(off.slice(0, 5))}`);
      await waitSessions(database);
      return listing;
    },
    async close() {
      await stage.service?.stop();
      for (const close of closers.reverse()) await close();
    },
  };
  try {
    await stage.startService();
    await waitUntil('the service to be ready', 30, stage.isReady);
  } catch (error) {
    await stage.close();
    throw error;
  }
  return stage;
}

// Connections that the pool has forgotten would use up the server's, fault after fault.
async function waitSessions(database) {
  await waitUntil(`no more than ${poolSize} sessions of the service`, 10, async () => {
    const [{ sessions }] = await database.query(
      `SELECT count(*)::int AS sessions FROM pg_stat_activity
       WHERE application_name = 'footfall' AND datname = current_database()`,
    );
    return sessions <= poolSize;
  });
}

function openEmbedded(closers) {
  const { folder, remove } = createFolder();
  const cluster = join(folder, 'postgres');
  const findProcess = async () => {
    const file = await readPostmasterFile(cluster);
    return file && (await identifyProcess(file.pid, await realpath(cluster))) === 'server' ? file : undefined;
  };
  const kill = async () => {
    const { pid } = (await findProcess()) ?? {};
    if (pid) process.kill(pid, 'SIGKILL');
    return pid;
  };
  closers.push(async () => {
    // A service that was killed leaves its server behind.
    if (await kill()) await wait(500);
    remove();
  });
  return {
    environment: { DATA_DIR: folder },
    async query(sql) {
      const password = (await readFile(join(folder, 'password'), 'utf8')).trim();
      const { port } = (await findProcess()) ?? {};
      return query({ host: '127.0.0.1', port, user: 'footfall', password, database: 'footfall' }, sql);
    },
    /** Process id of the postmaster, by its own postmaster.pid. */
    findProcess: async () => (await findProcess())?.pid,
    kill,
  };
}

async function openOwn(name, { host, port, username, password }) {
  const database = name.replaceAll('-', '_');
  const environment = {
    DB_HOST: host,
    DB_PORT: String(port),
    DB_NAME: database,
    DB_USERNAME: username,
    DB_PASSWORD: password,
  };
  const config = { host, port, user: username, password, database };
  const run = (script, words) =>
    runProgram(process.execPath, [join(repository, 'dist/src/cli', script), ...words], {
      env: { PATH: process.env.PATH, ...environment },
    });
  await run('createdb.js', []);
  await run('migrate.js', ['up']);
  return {
    environment,
    query: (sql) => query(config, sql),
    /** Opens a connection of the test's own, past the proxy. */
    async connect() {
      const client = new pg.Client(config);
      client.on('error', () => undefined);
      await client.connect();
      return client;
    },
  };
}

async function query(config, sql) {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
