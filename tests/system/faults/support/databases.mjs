import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { runProgram } from '../../support/shell.mjs';
import { repository } from '../../support/work-tree.mjs';
import { identifyProcess, readPostmasterFile } from './compiled.mjs';
import { createFolder } from './external-server.mjs';
import { createSmallDisk } from './small-disk.mjs';

/** Describes the server that the service will start for itself, in a new folder or on a small disk. */
export async function describeEmbeddedDatabase(diskMegabytes) {
  const { folder, remove, fill } = await (diskMegabytes ? createSmallDisk(diskMegabytes) : createFolder());
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
  return {
    settings: { DATA_DIR: folder },
    async query(sql) {
      const password = (await readFile(join(folder, 'password'), 'utf8')).trim();
      const { port } = (await findProcess()) ?? {};
      return query({ host: '127.0.0.1', port, user: 'footfall', password, database: 'footfall' }, sql);
    },
    /** Reads the process id of the postmaster from its postmaster.pid. */
    findProcess: async () => (await findProcess())?.pid,
    kill,
    fillDisk: fill,
    async remove() {
      // A killed service leaves its server running.
      if (await kill()) await wait(500);
      await remove();
    },
  };
}

/** Creates a database with its schema on the server of this run, whose port may change. */
export async function createExternalDatabase(name, server) {
  const { host, port, username, password } = server;
  const database = name.replaceAll('-', '_');
  const settings = {
    DB_HOST: host,
    DB_PORT: String(port),
    DB_NAME: database,
    DB_USERNAME: username,
    DB_PASSWORD: password,
  };
  const readConfig = () => ({ host, port: server.port, user: username, password, database });
  const env = { PATH: process.env.PATH, ...settings };
  for (const command of [['createdb'], ['migrate', 'up']]) {
    await runProgram('node', ['dist/src/cli/footfall.js', ...command], { env, cwd: repository });
  }
  return {
    settings,
    query: (sql) => query(readConfig(), sql),
    /** Opens a connection that bypasses the proxy. */
    async connect() {
      const client = new pg.Client(readConfig());
      client.on('error', () => undefined);
      await client.connect();
      return client;
    },
    // The server goes with its folder at the end of the run.
    remove: () => undefined,
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
