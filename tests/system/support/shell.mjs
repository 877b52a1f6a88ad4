import { spawn } from 'node:child_process';

/**
 * Runs a program to its end.
 * @param {{input?: string, env?: object, cwd?: string, allowFailure?: boolean, timeoutMs?: number}} options
 * @returns {Promise<{code: number, stdout: string, stderr: string}>}
 * @throws with the end of its output when it fails, unless `allowFailure` is set.
 */
export function runProgram(command, args, options = {}) {
  const { input = '', env = process.env, cwd, allowFailure = false, timeoutMs = 300_000 } = options;
  return new Promise((resolve, reject) => {
    // The option `timeout` would keep its timer running when the program does not exist.
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

/** Runs `docker` and returns its output without the final line break. */
export async function docker(args, options) {
  return (await runProgram('docker', args, options)).stdout.trimEnd();
}

/** Returns what `docker inspect` says about one object. */
export async function inspect(...args) {
  return JSON.parse(await docker(['inspect', ...args]))[0];
}
