import { runProgram } from '../../support/shell.mjs';

/**
 * Makes sure that Ansible and its linter are there; on a throw-away machine (the lab's) they are installed.
 * @throws saying what to install.
 */
export async function ensureAnsible() {
  for (const program of ['ansible-playbook', 'ansible-lint']) {
    if (await answers(program)) continue;
    const install = ['install', '-qq', '-y', '--no-install-recommends', 'ansible', 'ansible-lint'];
    if (process.env.FOOTFALL_LAB) await runProgram('apt-get', install, { timeoutMs: 300_000 });
    if (!(await answers(program)))
      throw new Error(`${program} is missing: apt-get install ansible ansible-lint`);
  }
}

async function answers(program) {
  const { code } = await runProgram(program, ['--version'], { allowFailure: true }).catch(() => ({
    code: 1,
  }));
  return code === 0;
}
