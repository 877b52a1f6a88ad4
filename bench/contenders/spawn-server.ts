import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A server that listens, in a process of its own. */
export interface SpawnedServer {
  readonly pid: number;
  readonly url: string;
  /** The end of what it wrote so far. */
  readLog(): string;
  /** Sends it a signal and waits for its end; says the exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
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
  const output = collectOutput(child);
  const url = await waitForUrl(child, script, output);
  const end = async (signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    }
    return child.exitCode ?? child.signalCode;
  };
  return {
    pid: child.pid ?? 0,
    url,
    readLog: () => output.text,
    end,
    async stop() {
      const timer = setTimeout(kill, stopPatienceMs);
      await end('SIGTERM');
      clearTimeout(timer);
    },
  };
}

// A pipe that nobody empties would stop the program once it is full.
function collectOutput(child: ChildProcess): { text: string } {
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output.text = (output.text + text).slice(-20_000);
    });
  }
  return output;
}

function waitForUrl(child: ChildProcess, script: string, output: { text: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (how: string): void => {
      child.kill('SIGKILL');
      reject(new Error(`${script} ${how}:\n${output.text}`));
    };
    const timer = setTimeout(fail, startPatienceMs, `did not listen within ${startPatienceMs} ms`);
    child.stdout?.on('data', () => {
      const url = announced.exec(output.text)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      fail(`ended with ${signal ?? code ?? 'nothing'} before it listened`);
    });
  });
}
