import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { waitUntil } from '../../../support/wait-until.cjs';
import { startEmbeddedPostgres } from './compiled.mjs';
import { createFolder } from './external-server.mjs';
import { readServerCommand } from './server-command.mjs';

// Debian's package libfaketime: it gives a program another clock.
const library = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`)
  .find(existsSync);

/** Whether a program can be given another clock. */
export const canFakeClock = async () => library !== undefined;

/** Starts a PostgreSQL like `startExternalServer`, but with a clock that can be set. */
export async function startClockServer() {
  const { folder, remove } = createFolder();
  const options = { dataDirectory: folder, database: 'footfall', claim: 'exclusive' };
  const created = await startEmbeddedPostgres({ ...options, parameters: { max_connections: '40' } });
  const command = await readServerCommand(folder);
  await created.stop();

  const clock = join(folder, 'clock');
  const setClock = (hours) => writeFile(clock, `${hours < 0 ? '-' : '+'}${Math.abs(hours) * 3600}`);
  await setClock(0);
  await chmod(clock, 0o644);
  // Timeouts that run on the monotonic clock are none of the fault.
  const fake = { LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: clock, FAKETIME_NO_CACHE: '1' };
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C', ...fake, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
  const child = spawn(command.words[0], command.words.slice(1), { ...command.account, env, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGINT');
    await ended;
    remove();
  };
  const { host, port, username, password, database } = created;
  await waitUntil('PostgreSQL with its own clock', 20, async () => {
    const client = new pg.Client({ host, port, user: username, password, database });
    await client.connect();
    await client.end();
    return true;
  });
  return { server: { host, port, username, password, setClock }, stop };
}
