import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EmbeddedPostgres } from '../../src/embedded-postgres/options';
import { DataInUseError } from '../../src/embedded-postgres/errors';
import { startEmbeddedPostgres } from '../../src/embedded-postgres/start-embedded-postgres';
import { waitUntil } from '../support/wait-until.cjs';
import { query } from './support/query';
import {
  createScratchFolder,
  killPostmaster,
  listRemains,
  readPostmasterPid,
  removeScratchFolder,
} from './support/scratch';

// First starts are limited by the disk, which other programs may be using.
jest.setTimeout(60_000);

const scratch = createScratchFolder();
const dataDirectory = join(scratch, 'data');
const opened: EmbeddedPostgres[] = [];

async function start(
  claim: 'exclusive' | 'shared',
  parameters: Record<string, string> = {},
): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDirectory, database: 'visits', claim, parameters });
  opened.push(server);
  return server;
}

afterEach(async () => {
  for (const server of opened.splice(0).reverse()) await server.stop();
});

afterAll(() => removeScratchFolder(scratch));

describe('startEmbeddedPostgres', () => {
  it('keeps data between starts', async () => {
    const first = await start('exclusive');
    expect(first.started).toBe(true);
    await query(first, 'CREATE TABLE kept (word text)', "INSERT INTO kept VALUES ('é')");
    await first.stop();
    const second = await start('exclusive');
    expect(await query(second, 'SELECT word FROM kept')).toEqual([{ word: 'é' }]);
  });

  it('uses UTF-8, a locale independent of the host, durable commits, and 127.0.0.1 only', async () => {
    const server = await start('exclusive');
    const [row] = await query(
      server,
      `SELECT datlocprovider AS provider, datlocale AS locale, pg_encoding_to_char(encoding) AS encoding,
              current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
              current_setting('listen_addresses') AS listen, current_setting('unix_socket_directories') AS sockets
         FROM pg_database WHERE datname = current_database()`,
    );
    const expected = { provider: 'b', locale: 'C.UTF-8', encoding: 'UTF8', fsync: 'on', commit: 'on' };
    expect(row).toEqual({ ...expected, listen: '127.0.0.1', sockets: '' });
    await expect(query({ ...server, password: 'guessed' }, 'SELECT 1')).rejects.toThrow(/password/);
  });

  it('passes settings to the server', async () => {
    const server = await start('exclusive', { max_connections: '23' });
    expect(await query(server, 'SHOW max_connections')).toEqual([{ max_connections: '23' }]);
  });

  it('refuses a second exclusive start and names the folder and the process in one line', async () => {
    await start('exclusive');
    const refused = await start('exclusive').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DataInUseError);
    expect((refused as DataInUseError).message).toContain(
      `${dataDirectory} is in use by process ${process.pid}:`,
    );
    expect((refused as DataInUseError).message).not.toContain('\n');
  });

  it('starts its own server if the owner stops while it waits', async () => {
    const owner = await start('exclusive');
    const next = start('exclusive');
    await new Promise((done) => setTimeout(done, 500));
    await owner.stop();
    expect(await query(await next, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('joins a running server with a shared claim and leaves it running', async () => {
    const owner = await start('exclusive');
    const guest = await start('shared');
    expect(guest).toMatchObject({ started: false, port: owner.port });
    await guest.stop();
    expect(await query(owner, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('starts and stops its own server with a shared claim if none runs', async () => {
    const command = await start('shared');
    expect(command.started).toBe(true);
    await Promise.all([command.stop(), command.stop()]);
    expect(readPostmasterPid(dataDirectory)).toBeUndefined();
  });

  it('restarts a killed server on the same port, with all committed data, and notifies its owner', async () => {
    const owner = await start('exclusive');
    await query(owner, 'CREATE TABLE survived AS SELECT 1 AS one');
    const reasons: string[] = [];
    const ends: string[] = [];
    owner.onRestart((reason) => reasons.push(reason));
    owner.onExit((reason) => ends.push(reason));
    for (const times of [1, 2]) {
      killPostmaster(dataDirectory);
      await waitUntil('it serves again', 10, () => reasons.length === times);
      expect(await query(owner, 'SELECT one FROM survived')).toEqual([{ one: 1 }]);
      await expect(start('exclusive')).rejects.toThrow(DataInUseError);
    }
    expect(reasons[0]).toContain('signal SIGKILL');
    await owner.stop();
    expect(readPostmasterPid(dataDirectory)).toBeUndefined();
    expect(ends).toEqual([]);
  });

  it('notifies a process that joined that the server was killed', async () => {
    await start('exclusive');
    const guest = await start('shared');
    const ends: string[] = [];
    guest.onExit((reason) => ends.push(reason));
    killPostmaster(dataDirectory);
    await waitUntil('the listener is called', 10, () => ends.length === 1);
    expect(ends[0]).toContain('its process is gone');
  });

  it('tries again until a killed server starts, and says why it does not', async () => {
    const owner = await start('exclusive');
    const failures: [reason: string, retryMs: number][] = [];
    const restarts: string[] = [];
    const ends: string[] = [];
    owner.onRestartFailed((...failure) => failures.push(failure));
    owner.onRestart((reason) => restarts.push(reason));
    owner.onExit((reason) => ends.push(reason));
    const control = join(dataDirectory, 'postgres', 'global', 'pg_control');
    renameSync(control, `${control}.away`);
    killPostmaster(dataDirectory);
    await waitUntil('two restarts failed', 20, () => failures.length === 2);
    expect(owner.isEnded()).toBe(true);
    renameSync(`${control}.away`, control);
    expect(failures[0]?.[0]).toMatch(/did not start.*could not (find|open)/);
    expect(failures.map(([, retryMs]) => retryMs)).toEqual([1000, 2000]);
    await waitUntil('it serves again', 20, () => restarts.length === 1);
    expect(await query(owner, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await waitUntil('it is said', 1, () => !owner.isEnded());
    expect(ends).toEqual([]);
  });

  it('can be stopped while it waits to try again', async () => {
    const owner = await start('exclusive');
    let failures = 0;
    owner.onRestartFailed(() => (failures += 1));
    const control = join(dataDirectory, 'postgres', 'global', 'pg_control');
    renameSync(control, `${control}.away`);
    killPostmaster(dataDirectory);
    await waitUntil('a restart failed', 20, () => failures === 1);
    await owner.stop();
    renameSync(`${control}.away`, control);
    expect((await start('exclusive')).started).toBe(true);
  });

  it('leaves no server running if it is stopped during a restart', async () => {
    const owner = await start('exclusive');
    killPostmaster(dataDirectory);
    await owner.stop();
    expect((await start('exclusive')).started).toBe(true);
  });

  it('stays the owner when a crashed session makes the server end all sessions', async () => {
    const owner = await start('exclusive');
    let reason: string | undefined;
    owner.onExit((given) => (reason = given));
    const findHolder = "SELECT pid FROM pg_locks WHERE locktype = 'advisory'";
    const [before] = await query(owner, findHolder);
    process.kill(Number(before?.['pid']), 'SIGKILL');
    let after = before;
    for (const end = Date.now() + 30_000; Date.now() < end && (!after || after['pid'] === before?.['pid']);) {
      after = (await query(owner, findHolder).catch(() => []))[0];
    }
    expect(after?.['pid']).toEqual(expect.any(Number));
    await expect(start('exclusive')).rejects.toThrow(DataInUseError);
    expect(reason).toBeUndefined();
  });

  it('does not call the exit listener after stop', async () => {
    const server = await start('exclusive');
    const listener = jest.fn();
    server.onExit(listener);
    await server.stop();
    expect(listener).not.toHaveBeenCalled();
  });

  it('starts if a foreign process has the process id of an old server', async () => {
    writeFileSync(
      join(dataDirectory, 'postgres', 'postmaster.pid'),
      `${process.pid}\n/elsewhere\n1\n1\n\n\n\n`,
    );
    expect((await start('exclusive')).started).toBe(true);
  });

  it('removes the remains of a killed initdb and starts', async () => {
    const remains = join(dataDirectory, 'postgres.new-0123456789abcdef');
    mkdirSync(join(remains, 'base'), { recursive: true });
    writeFileSync(join(remains, 'PG_VERSION'), '18\n');
    writeFileSync(`${remains}.password`, 'secret\n');
    await start('exclusive');
    expect(listRemains(dataDirectory)).toEqual([]);
  });

  it("reports the server's messages if it does not start", async () => {
    await expect(start('exclusive', { shared_buffers: 'many' })).rejects.toThrow(
      /did not start.*invalid value for parameter "shared_buffers": "many"/s,
    );
  });
});
