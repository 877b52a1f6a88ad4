import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A server process that listens. */
export interface SpawnedServer {
  readonly pid: number;
  readonly url: string;
  /** Its last output. */
  readLog(): string;
  /** Sends a signal and waits for its end; returns the exit code or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
  /** Sends SIGTERM and waits for its end; kills it after ten seconds. */
  stop(): Promise<void>;
}

const announced = /"url":"(http:[^"]+)"/;
const startTimeoutMs = 30_000;
const stopTimeoutMs = 10_000;

/**
 * Starts a compiled program with only the given settings in its environment, and waits until it
 * prints its address.
 * @throws {Error} with its output if it ends before, or does not listen in time
 */
export async function spawnServer(
  script: string,
  settings: Readonly<Record<string, string>>,
): Promise<SpawnedServer> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [script], {
    env: { PATH, HOME, NODE_ENV: 'production', PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own process group: Ctrl-C must reach only the bench, which stops servers after the run.
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
      const timer = setTimeout(kill, stopTimeoutMs);
      await end('SIGTERM');
      clearTimeout(timer);
    },
  };
}

// A program stops when its output pipe is full, so the output is always read.
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
    const timer = setTimeout(fail, startTimeoutMs, `did not listen within ${startTimeoutMs} ms`);
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
