import { lstat, mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runProgram } from '../support/shell.mjs';
import { repository } from '../support/work-tree.mjs';

/**
 * Clones the repository into root's home, which other users cannot enter.
 * @returns the clone; `run` runs a line of shell in it, and `command` is the program that does, without the line.
 */
export async function createRootClone() {
  const home = await mkdtemp(join(homedir(), 'footfall-install-'));
  const folder = join(home, 'footfall');
  await runProgram('git', ['clone', '--quiet', repository, folder]);
  return describeClone(folder, ['bash', '-c'], await loadEnvironment(), async () => {
    for (const entry of await readdir(home)) await removeCluster(join(home, entry, '.data/postgres'));
    await rm(home, { recursive: true, force: true });
  });
}

// For root in a closed home, the cluster is outside of it; a link points there.
async function removeCluster(link) {
  const isLink = await lstat(link).then(
    (file) => file.isSymbolicLink(),
    () => false,
  );
  if (isLink) await rm(await readlink(link), { recursive: true, force: true });
}

/** Creates a user and clones the repository into its home. */
export async function createUserClone() {
  const user = `footfall-ci-${process.pid}`;
  await runProgram('useradd', ['--create-home', '--shell', '/bin/bash', user]);
  const { stdout: entry } = await runProgram('getent', ['passwd', user]);
  const home = entry.split(':')[5];
  const folder = join(home, 'footfall');
  await runProgram('git', ['clone', '--quiet', repository, folder]);
  await runProgram('chown', ['-R', `${user}:`, folder]);
  const env = { ...(await loadEnvironment()), HOME: home };
  return describeClone(folder, ['runuser', '-u', user, '--', 'bash', '-c'], env, () =>
    runProgram('userdel', ['--remove', user], { allowFailure: true }),
  );
}

// Without what `npm run` adds for the scripts of this repository: its configuration, and the commands of its packages.
async function loadEnvironment() {
  const { stdout: registry } = await runProgram('npm', ['config', 'get', 'registry']);
  const variables = Object.entries(process.env).filter(([name]) => !name.startsWith('npm_'));
  const folders = process.env.PATH.split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return {
    ...Object.fromEntries(variables),
    PATH: folders.join(delimiter),
    npm_config_registry: registry.trim(),
  };
}

function describeClone(folder, command, env, remove) {
  const [program, ...args] = command;
  const describeFolder = (cwd) => ({
    folder: cwd,
    command,
    env,
    run: (line) => runProgram(program, [...args, line], { cwd, env, timeoutMs: 900_000 }),
  });
  const clone = describeFolder(folder);
  return {
    ...clone,
    /** Creates an empty folder beside the clone. */
    async createNeighbour(name) {
      await clone.run(`mkdir ../${name}`);
      return describeFolder(join(folder, '..', name));
    },
    remove,
  };
}
