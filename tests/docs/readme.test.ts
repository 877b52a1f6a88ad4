import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const repository = join(__dirname, '../..');
const readme = readFileSync(join(repository, 'README.md'), 'utf8');

/** Copies what git tracks or would track; the packages are those that `npm ci` has installed here. */
function cloneWorkTree(): string {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-readme-'));
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: repository,
  });
  for (const file of files.toString().split('\n').filter(Boolean))
    cpSync(join(repository, file), join(folder, file));
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

async function findFreePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

it('has each of the two commands alone on a line', () => {
  expect(readme).toMatch(/^npm ci && npm start$/m);
  expect(readme).toMatch(/^npm ci && npm test$/m);
});

it('describes its five settings in the words of docs/settings.md', () => {
  const listRows = (text: string): string[] =>
    text
      .split('\n')
      .filter((line) => /^\| `[A-Z_]+`/.test(line))
      .map((line) => line.replace(/ +/g, ' '));
  const settings = listRows(readFileSync(join(repository, 'docs/settings.md'), 'utf8'));
  const rows = listRows(readme);
  expect(rows).toHaveLength(5);
  expect(rows.filter((row) => !settings.includes(row))).toEqual([]);
});

it('starts with the first command and answers as the example shows', async () => {
  const folder = cloneWorkTree();
  const port = await findFreePort();
  const [, command = ''] = /^npm ci && (npm start)$/m.exec(readme) ?? [];
  const service = spawn('sh', ['-c', `exec ${command}`], {
    cwd: folder,
    env: { ...process.env, PORT: port },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  try {
    let output = '';
    await new Promise<void>((resolve, reject) => {
      service.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (/curl http.*\n.*curl http.*\n/.test(output)) resolve();
      });
      service.once('exit', () => reject(new Error(`the service exited: ${output}`)));
    });
    const example = /```console\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    const calls = [...example.matchAll(/^\$ (curl \S+)\n(.*)$/gm)];
    expect(calls.length).toBeGreaterThanOrEqual(3);
    for (const [, call = '', answer] of calls) {
      const url = call.replace('curl ', 'http://').replace('localhost:8000', `127.0.0.1:${port}`);
      expect(await (await fetch(url)).text()).toBe(answer);
    }
  } finally {
    const ended = new Promise((resolve) => service.once('exit', resolve));
    // Signals the whole process group, as Ctrl-C in a terminal does.
    process.kill(-service.pid!, 'SIGINT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
  // It compiles everything while other tests compile too.
}, 180_000);
