import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A server that listens, in a process of its own. */
export interface SpawnedServer {
  readonly pid: number;
  readonly url: string;
  /** Asks it to end and waits; after ten seconds it is killed. */
  stop(): Promise<void>;
}

const announced = /"url":"(http:[^"]+)"/;
const startPatienceMs = 30_000;
const stopPatienceMs = 10_000;

/**
 * Starts a compiled program with nothing in its environment but the given settings, and waits until it says where it
 * listens.
 * @throws {Error} with its own words when it ends before.
 */
export async function spawnServer(
  script: string,
  settings: Readonly<Record<string, string>>,
): Promise<SpawnedServer> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [script], {
    env: { PATH, HOME, NODE_ENV: 'production', PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own: Ctrl-C must reach the bench alone, which ends its servers after the run under way.
    detached: true,
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  const url = await waitForUrl(child, script);
  return {
    pid: child.pid ?? 0,
    url,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(kill, stopPatienceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

function waitForUrl(child: ChildProcess, script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (how: string): void => {
      child.kill('SIGKILL');
      reject(new Error(`${script} ${how}:\n${output}`));
    };
    const timer = setTimeout(fail, startPatienceMs, `did not listen within ${startPatienceMs} ms`);
    const read = (text: string): void => {
      // Only its beginning matters; later lines are drained, so that a full pipe never stops it.
      if (output.length < 20_000) output += text;
      const url = announced.exec(output)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    };
    child.stdout?.setEncoding('utf8').on('data', read);
    child.stderr?.setEncoding('utf8').on('data', read);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      fail(`ended with ${signal ?? code ?? 'nothing'} before it listened`);
    });
  });
}
