import { runProgram } from '../../support/shell.mjs';

/**
 * Checks that Ansible and its linter are installed here; with FOOTFALL_LAB, which implies a temporary machine, installs them.
 * @throws naming the packages to install.
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
