import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { waitUntil } from '../../support/wait-until.cjs';
import { findFreePort } from '../support/engine.mjs';
import { askOrFail } from '../support/http-client.mjs';

/** Starts the service in a folder with the command `start`, visits, kills it with SIGKILL and starts it again: the count must go on. */
export async function countAcrossRestart({ folder, command, env, run }, start = 'npm start') {
  const [program, ...args] = command;
  const port = await findFreePort();
  for (const [visits, signal] of [
    [1, 'SIGKILL'],
    [2, 'SIGTERM'],
  ]) {
    const line = `PORT=${port} exec ${start} >start.log 2>&1`;
    const starter = spawn(program, [...args, line], { cwd: folder, env, stdio: 'ignore' });
    const ended = once(starter, 'exit');
    let response;
    try {
      response = await waitUntil('the first visit', 240, async () => {
        if (starter.exitCode !== null) return { status: `${start} ended with ${starter.exitCode}` };
        const answer = await askOrFail(`http://127.0.0.1:${port}`, '/alice');
        return answer.status === 200 && answer;
      });
    } finally {
      const services = await findServices(port);
      for (const pid of services) process.kill(pid, signal);
      if (services.length === 0) starter.kill('SIGKILL');
      await ended;
    }
    const { stdout: log } = await run('cat start.log');
    assert.equal(
      response.text,
      JSON.stringify({ id: 1, username: 'alice', visits }),
      `${response.status}\n${log}`,
    );
  }
}

// `node` with any options, then the entry of the service.
const serviceCommand =
  /^node\0(.*\0)?(dist\/src\/(main\.js|cli\/footfall\.js\0serve)|.*\/footfall\0serve)\0$/s;

/** Finds the process of the service, which npm and its shells have started, by its port in its environment. */
async function findServices(port) {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const read = (pid, file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  const services = [];
  for (const pid of pids) {
    const isService = serviceCommand.test(await read(pid, 'cmdline'));
    const variables = isService ? (await read(pid, 'environ')).split('\0') : [];
    if (variables.includes(`PORT=${port}`)) services.push(Number(pid));
  }
  return services;
}
