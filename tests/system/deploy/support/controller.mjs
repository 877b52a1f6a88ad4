import { tmpdir } from 'node:os';
import { repository } from '../../support/work-tree.mjs';
import { buildImage, runId } from '../../support/engine.mjs';
import { docker, runProgram } from '../../support/shell.mjs';
import { labState } from './hosts.mjs';

const image = 'footfall-ansible:test';
const container = `footfall-ansible-${runId}`;

/** Starts a container with Ansible that sees this repository, temporary folders and the hosts as this machine does. */
export async function startController() {
  await buildImage('tests/system/deploy/support/ansible.Dockerfile', image);
  const folders = [repository, tmpdir(), labState].flatMap((folder) => ['--volume', `${folder}:${folder}`]);
  const words = ['run', '--detach', '--init', '--name', container, '--network', 'host', ...folders];
  await docker([...words, image, 'sleep', 'infinity']);
  /** The words of a command that runs a program of Ansible. */
  const toWords = (program, words, { cwd, env = {} }) => {
    const variables = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    return ['exec', '--workdir', cwd, ...variables, container, program, ...words];
  };
  return {
    toWords,
    run: (program, words, { cwd, env, ...options }) =>
      runProgram('docker', toWords(program, words, { cwd, env }), options),
    /** Ends everything that runs in it at once, as when the operator's machine fails. */
    crash: () => docker(['restart', '--time', '0', container]),
    stop: () => docker(['rm', '--force', container]),
  };
}
