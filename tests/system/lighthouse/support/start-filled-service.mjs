import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '../../../support/wait-until.cjs';
import { findFreePort } from '../../support/engine.mjs';
import { repository } from '../../support/work-tree.mjs';

/** Starts the compiled service on a database of its own, with 30 visitors. */
export async function startFilledService() {
  const folder = await mkdtemp(join(tmpdir(), 'footfall-lighthouse-data-'));
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const program = spawn(process.execPath, [join(repository, 'dist/src/cli/footfall.js'), 'serve'], {
    cwd: folder,
    env: { ...process.env, PORT: String(port), DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(program, 'exit');
  const stop = async () => {
    program.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await waitUntil('the service', 60, async () => {
      if (program.exitCode !== null) throw new Error(`the service ended with ${program.exitCode}`);
      return (await fetch(`${url}/-/health/ready`).catch(() => undefined))?.ok;
    });
    for (let number = 1; number <= 30; number += 1)
      await visit(url, number === 30 ? 'alice' : `visitor-${number}`, number);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

/** Records so many visits. A busy machine may answer 503 for a while. */
async function visit(url, name, times) {
  for (let visits = 0; visits < times; visits += 1) {
    await waitUntil(
      `a visit of ${name}`,
      30,
      async () => (await fetch(`${url}/${name}`, { method: 'POST' })).ok,
    );
  }
}
