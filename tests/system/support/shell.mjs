import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Runs a program to its end.
 * @param {{input?: string, env?: object, cwd?: string, allowFailure?: boolean, timeoutMs?: number}} options
 * @returns {Promise<{code: number, stdout: string, stderr: string}>}
 * @throws with the end of its output when it fails, unless failure is allowed.
 */
export function runProgram(command, args, options = {}) {
  const { input = '', env = process.env, cwd, allowFailure = false, timeoutMs = 300_000 } = options;
  return new Promise((resolve, reject) => {
    // Not the option `timeout`, whose timer goes on when the program is not there.
    const signal = AbortSignal.timeout(timeoutMs);
    const child = spawn(command, args, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'], signal });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.stdin.on('error', () => undefined).end(input);
    child.once('error', (error) => reject(new Error(`${command}: ${error.message}`, { cause: error })));
    child.once('close', (code, killedBy) => {
      if (code === 0 || allowFailure) return resolve({ code: code ?? 1, stdout, stderr });
      const end = `${stdout}${stderr}`.trim().split('\n').slice(-25).join('\n');
      reject(new Error(`${[command, ...args].join(' ')} ended with ${code ?? killedBy}:\n${end}`));
    });
  });
}

/** Runs `docker` and returns what it printed, without the final line break. */
export async function docker(args, options) {
  return (await runProgram('docker', args, options)).stdout.trimEnd();
}

/** What `docker … --format '{{json …}}'` and the inspect commands print, parsed. */
export async function inspect(...args) {
  return JSON.parse(await docker(['inspect', ...args]))[0];
}

/**
 * Asks again and again until the answer is truthy, and returns it.
 * @throws after `seconds`, with the last error or with what was waited for.
 */
export async function waitUntil(what, seconds, ask) {
  const deadline = performance.now() + seconds * 1000;
  let last;
  for (;;) {
    try {
      const answer = await ask();
      if (answer) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`gave up after ${seconds} s waiting for ${what}`, { cause: last });
    }
    await wait(200);
  }
}
