import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';

/** The result of a program that has ended. */
export interface ProgramResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running program. */
export interface RunningProgram {
  readonly child: ChildProcess;
  /** Resolves when the program ends. */
  readonly result: Promise<ProgramResult>;
  /** What the program has written so far. */
  output(): string;
  /** Waits until the output matches, and returns the match; rejects when the program ends before. */
  waitFor(pattern: RegExp): Promise<RegExpMatchArray>;
}

const repository = join(__dirname, '../..');

/**
 * Starts a compiled program of the product, such as `main.js` or `cli/footfall.js`, without the caller's settings. An
 * absolute path names that of another build.
 */
export function startProgram(
  script: string,
  args: readonly string[] = [],
  environment: Record<string, string> = {},
  cwd = repository,
): RunningProgram {
  const child = spawn(process.execPath, [resolve(repository, 'dist/src', script), ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const result = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  const waitFor = async (pattern: RegExp): Promise<RegExpMatchArray> => {
    for (;;) {
      const match = pattern.exec(stdout + stderr);
      if (match) return match;
      if (child.exitCode !== null) throw new Error(`ended without ${String(pattern)}: ${stdout}${stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return { child, result, output: () => stdout + stderr, waitFor };
}

/** Runs a compiled program to its end. */
export function runProgram(
  script: string,
  args: readonly string[],
  environment: Record<string, string>,
): Promise<ProgramResult> {
  return startProgram(script, args, environment).result;
}
