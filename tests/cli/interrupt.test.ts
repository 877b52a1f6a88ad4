import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createScratchFolder,
  readPostmasterPid,
  removeScratchFolder,
} from '../embedded-postgres/support/scratch';
import { runProgram } from '../support/run-program';

// First starts are limited by the disk, which other programs may be using.
jest.setTimeout(60_000);

// https://vt100.net/docs/vt510-rm/DECTCEM.html
const [hideCursor, showCursor] = ['\x1b[?25l', '\x1b[?25h'];

const scratch = createScratchFolder();
const environment = { DATA_DIR: join(scratch, 'data') };
afterAll(() => removeScratchFolder(scratch));

it('stops the embedded server and shows the cursor again after Ctrl-C', async () => {
  expect(await runProgram('cli/footfall.js', ['migrate', 'up'], environment)).toMatchObject({ code: 0 });
  const log = join(scratch, 'log.csv');
  // Takes seconds.
  writeFileSync(log, `username,visited_at\n${'bob,2026-01-01T00:00:00Z\n'.repeat(1_000_000)}`);

  const command = `exec ${process.execPath} dist/src/cli/footfall.js visits import ${log}`;
  const terminal = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: join(__dirname, '../..'),
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  for await (const text of terminal.stdout.setEncoding('utf8') as AsyncIterable<string>) {
    shown += text;
    if (text.includes(hideCursor)) terminal.stdin.write('\x03');
  }
  expect(shown).toContain(hideCursor);
  expect(shown.lastIndexOf(showCursor)).toBeGreaterThan(shown.lastIndexOf(hideCursor));
  if (terminal.exitCode === null) await once(terminal, 'close');
  expect(terminal.exitCode).toBe(130);
  expect(readPostmasterPid(environment.DATA_DIR)).toBeUndefined();
});
