import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import pg from 'pg';
import { waitUntil } from '../../../support/wait-until.cjs';

/**
 * Starts a server on a cluster, as a primary or, if the cluster has a `standby.signal`, as a standby.
 * @param {{program: string, account: object, cluster: string, port: number, login: object}} options
 * @param {object} parameters for `postgres -c`
 */
export async function startNode({ program, account, cluster, port, login }, parameters = {}) {
  const settings = {
    ...parameters,
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '60',
    // A standby that is made meanwhile needs what is written meanwhile.
    wal_keep_size: '512MB',
  };
  const words = [
    '-D',
    cluster,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };
  const child = spawn(program, words, { ...account, env, stdio: 'ignore' });
  const ended = once(child, 'exit');
  const address = { ...login, host: '127.0.0.1', port };
  const node = {
    cluster,
    port,
    query: (sql, values) => useNode(address, (client) => client.query(sql, values)).then(({ rows }) => rows),
    use: (work) => useNode(address, work),
    /** Kills the postmaster and all its processes before one of them can do anything more. */
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGSTOP');
      for (const pid of listChildren(child.pid)) process.kill(pid, 'SIGKILL');
      child.kill('SIGKILL');
      await ended;
    },
    /** Stops the server; it sends all it has written to its standby first. */
    async stop() {
      child.kill('SIGINT');
      await ended;
    },
  };
  await waitUntil(`the server on port ${port}`, 30, () => node.query('SELECT 1'));
  return node;
}

async function useNode(address, work) {
  const client = new pg.Client({ ...address, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function listChildren(parent) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => readParent(pid) === parent)
    .map(Number);
}

function readParent(pid) {
  try {
    // The name of the program, in parentheses, may hold spaces.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')[1]);
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
