import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { createFolder } from '../../faults/support/external-server.mjs';
import { findFreePort } from '../../support/engine.mjs';
import { runProgram } from '../../support/shell.mjs';
import { waitUntil } from '../../../support/wait-until.cjs';

/** Fetches PgBouncer of a Debian suite. Returns the words that run it on this machine, whatever its libraries are. */
export async function fetchPgBouncer(suite) {
  const { folder, remove } = createFolder();
  await runProgram(join(import.meta.dirname, 'fetch-pgbouncer'), [suite, folder]);
  const root = join(folder, 'root');
  const libraries = ['usr/lib', 'lib']
    .map((name) => join(root, name))
    .filter(existsSync)
    .flatMap((lib) =>
      readdirSync(lib)
        .filter((name) => name.endsWith('-linux-gnu'))
        .map((name) => join(lib, name)),
    );
  const loader = libraries
    .flatMap((lib) =>
      readdirSync(lib)
        .filter((name) => /^ld-linux-.*\.so/.test(name))
        .map((name) => join(lib, name)),
    )
    .at(0);
  const words = [loader, '--library-path', libraries.join(':'), join(root, 'usr/sbin/pgbouncer')];
  const { stdout } = await runProgram(words[0], [...words.slice(1), '--version']);
  return { words, version: /[\d.]+/.exec(stdout)[0], remove };
}

/** Starts PgBouncer before a server. `settings` are added to those of a plain installation. */
export async function startPgBouncer({ words }, server, settings) {
  const { folder, remove } = createFolder();
  const port = await findFreePort();
  const users = join(folder, 'users.txt');
  writeFileSync(users, `"${server.username}" "${server.password}"\n`);
  const lines = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'scram-sha-256',
    auth_file: users,
    ...settings,
  };
  const text = Object.entries(lines).map(([name, value]) => `${name} = ${value}`);
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(
    file,
    `[databases]\n* = host=${server.host} port=${server.port}\n[pgbouncer]\n${text.join('\n')}\n`,
  );
  for (const path of [users, file]) chmodSync(path, 0o644);
  // It refuses to run as root.
  const account = process.getuid() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const child = spawn(words[0], [...words.slice(1), file], {
    ...account,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (part) => (log = (log + part).slice(-4000)));
  const ended = once(child, 'exit');
  try {
    await waitUntil('PgBouncer to answer', 10, async () => {
      const { host, username: user, password } = server;
      const client = new pg.Client({ host, port, user, password, database: 'postgres' });
      client.on('error', () => undefined);
      await client.connect();
      await client.query('SELECT 1');
      await client.end();
      return true;
    });
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`${error.message}: ${log}`, { cause: error });
  }
  return {
    port: String(port),
    async stop() {
      child.kill('SIGKILL');
      await ended;
      remove();
    },
  };
}
