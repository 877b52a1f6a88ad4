import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { EmbeddedPostgresOptions } from '../../../src/embedded-postgres/options';
import type { Connectable } from './query';

/** What a starter prints: how to connect to its server, or its error. */
export type Answer = Connectable & { started: boolean; error?: string; message?: string };

/** A separate process that starts the database. */
export interface Starter {
  readonly child: ChildProcess;
  readonly answer: Promise<Answer>;
  /** Makes it stop its server, waits for its end and returns the exit code. */
  finish(): Promise<number | null>;
}

/** Prints one line of JSON, and stops the server when stdin ends. Node must then exit by itself. */
const program = `
const { startEmbeddedPostgres } = require('./src/embedded-postgres/start-embedded-postgres');
startEmbeddedPostgres(JSON.parse(process.argv[1])).then(
  (server) => {
    console.log(JSON.stringify(server));
    process.stdin.resume().once('end', () => server.stop());
  },
  (error) => {
    console.log(JSON.stringify({ error: error.name, message: error.message }));
    process.stdin.destroy();
  },
);`;

/**
 * Runs a starter in a project that createProject made.
 * @param account user to run it as; only root may choose one
 */
export function runStarter(
  project: string,
  options: EmbeddedPostgresOptions,
  account?: { uid: number; gid: number },
): Starter {
  const child = spawn(process.execPath, ['-e', program, JSON.stringify(options)], {
    ...account,
    cwd: project,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const line = once(createInterface(child.stdout), 'line') as Promise<[string]>;
  const answer = Promise.race([line, ended.then(() => undefined)]).then((words) => {
    if (!words) throw new Error('The starter ended without an answer.');
    return JSON.parse(words[0]) as Answer;
  });
  const finish = async (): Promise<number | null> => {
    child.stdin.end();
    return (await ended)[0];
  };
  return { child, answer, finish };
}
