import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { runProgram } from '../../support/shell.mjs';
import { repository } from '../../support/work-tree.mjs';
import { identifyProcess, readPostmasterFile } from './compiled.mjs';
import { createFolder } from './own-server.mjs';

/**
 * The server that the service starts for itself, in a folder of its own.
 * @param {Function[]} closers is given what has to be done in the end.
 */
export function openEmbedded(closers) {
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

/** A new database, with its schema, on the server of this run. */
export async function openOwn(name, { host, port, username, password }) {
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
