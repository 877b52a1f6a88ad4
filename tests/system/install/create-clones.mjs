import { lstat, mkdtemp, readlink, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../support/shell.mjs';
import { repository } from '../support/work-tree.mjs';

/**
 * Clones the repository into root's home, which other users cannot enter.
 * @returns the clone; `run` runs a line of shell in it and `toCommand` returns the program and arguments that do.
 */
export async function createRootClone() {
  const home = await mkdtemp(join(homedir(), 'footfall-install-'));
  const folder = join(home, 'footfall');
  await runProgram('git', ['clone', '--quiet', repository, folder]);
  return describeClone(
    (line) => ['bash', '-c', `cd '${folder}' && ${line}`],
    async () => {
      // For root in a closed home, the cluster is outside of it; a link points there.
      const link = join(folder, '.data/postgres');
      const isLink = await lstat(link).then(
        (file) => file.isSymbolicLink(),
        () => false,
      );
      if (isLink) await rm(await readlink(link), { recursive: true, force: true });
      await rm(home, { recursive: true, force: true });
    },
  );
}

/** Creates a user and clones the repository into its home. */
export async function createUserClone() {
  const user = `footfall-ci-${process.pid}`;
  await runProgram('useradd', ['--create-home', '--shell', '/bin/bash', user]);
  const { stdout: entry } = await runProgram('getent', ['passwd', user]);
  const home = entry.split(':')[5];
  await runProgram('git', ['clone', '--quiet', repository, join(home, 'footfall')]);
  await runProgram('chown', ['-R', `${user}:`, join(home, 'footfall')]);
  // The registry of root is the right one for this user, too.
  const { stdout: registry } = await runProgram('npm', ['config', 'get', 'registry']);
  const env = [`HOME=${home}`, `npm_config_registry=${registry.trim()}`];
  return describeClone(
    (line) => ['runuser', '-u', user, '--', 'env', ...env, 'bash', '-c', `cd ~/footfall && ${line}`],
    () => runProgram('userdel', ['--remove', user], { allowFailure: true }),
  );
}

function describeClone(toCommand, remove) {
  return {
    toCommand,
    run(line) {
      const [program, ...args] = toCommand(line);
      return runProgram(program, args, { timeoutMs: 600_000 });
    },
    remove,
  };
}
