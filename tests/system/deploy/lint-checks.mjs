import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../support/shell.mjs';
import { repository } from '../support/work-tree.mjs';

/** The playbooks as text: the production profile of ansible-lint, and the syntax of each. */
export async function checkLint({ check }) {
  await check('ansible-lint finds nothing in the playbooks, by its production profile', async () => {
    const words = ['--offline', '--nocolor', '--profile', 'production', '--strict', 'ansible'];
    const { stderr } = await runProgram('ansible-lint', words, { cwd: repository });
    assert.match(stderr, /Passed with production profile/);
  });

  await check('Ansible takes every playbook', async () => {
    const files = await readdir(join(repository, 'ansible'));
    const playbooks = files.filter((file) => file.endsWith('.yml') && file !== 'requirements.yml');
    for (const file of playbooks) {
      const words = ['--syntax-check', '-i', 'ansible/hosts.example', join('ansible', file)];
      await runProgram('ansible-playbook', words, { cwd: repository });
    }
    return playbooks.join(', ');
  });
}
