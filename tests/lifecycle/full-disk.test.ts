import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createScratchFolder,
  killPostmaster,
  readPostmasterPort,
} from '../embedded-postgres/support/scratch';
import { query } from '../embedded-postgres/support/query';
import { startProgram } from '../support/run-program';
import { waitUntil } from '../support/wait-until.cjs';

jest.setTimeout(180_000);

const scratch = createScratchFolder();
const dataDirectory = join(scratch, 'data');
mkdirSync(dataDirectory);

/** A small file system of its own; only root may mount one. `tests/embedded-postgres` has the retries without it. */
const isMounted = ((): boolean => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m,mode=755', 'tmpfs', dataDirectory], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
})();
const itWithMount = isMounted ? it : it.skip;

afterAll(() => {
  killPostmaster(dataDirectory);
  if (isMounted) execFileSync('umount', ['--lazy', dataDirectory]);
  rmSync(scratch, { recursive: true, force: true });
});

/** Fills the disk, so that no segment of the write-ahead log can be added. */
function fillDisk(): string {
  const ballast = join(dataDirectory, 'ballast');
  const { bavail, bsize } = statfsSync(dataDirectory);
  try {
    writeFileSync(ballast, Buffer.alloc(bavail * bsize));
  } catch (error) {
    // PostgreSQL took some of the room meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
  return ballast;
}

itWithMount('outlives a disk without room for the log of its PostgreSQL, and says why', async () => {
  const program = startProgram('main.js', [], { PORT: '0', DATA_DIR: dataDirectory });
  const [, url = ''] = await program.waitFor(/"url":"(http:[^"]+)"/);
  const visit = async () => {
    const response = await fetch(`${url}/alice`);
    return { status: response.status, visits: ((await response.json()) as { visits?: number }).visits };
  };
  expect(await visit()).toEqual({ status: 200, visits: 1 });

  const ballast = fillDisk();
  const server = {
    host: '127.0.0.1',
    port: readPostmasterPort(dataDirectory),
    username: 'footfall',
    password: readFileSync(join(dataDirectory, 'password'), 'utf8').trim(),
    database: 'footfall',
  };
  await waitUntil('the server to end', 60, async () => {
    await query(
      server,
      'SELECT pg_logical_emit_message(true, $$filler$$, repeat($$-$$, 1000000)), pg_switch_wal()',
    ).catch(() => undefined);
    return program.output().includes('does not start');
  });
  await program.waitFor(/No space left on device.*the embedded PostgreSQL does not start; trying again/);
  const ready = await fetch(`${url}/-/health/ready`);
  expect([ready.status, ((await ready.json()) as { code: string }).code]).toEqual([503, 'database-ended']);
  expect((await visit()).status).toBe(503);
  await waitUntil('a second attempt', 30, () => program.output().match(/trying again/g)?.length === 2);

  rmSync(ballast);
  await waitUntil('it to be ready', 60, async () => (await fetch(`${url}/-/health/ready`)).status === 200);
  expect(await visit()).toEqual({ status: 200, visits: 2 });
  program.child.kill('SIGTERM');
  expect(await program.result).toMatchObject({ code: 0, stderr: '' });
});
