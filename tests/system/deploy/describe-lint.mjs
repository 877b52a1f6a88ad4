import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProgram } from '../support/shell.mjs';
import { repository } from '../support/work-tree.mjs';

/** Tests the text of the playbooks: the production profile of ansible-lint, and the syntax of each. */
export function describeLint(ansible) {
  test('ansible-lint finds nothing in the playbooks with its production profile', async () => {
    await ansible();
    const words = ['--offline', '--nocolor', '--profile', 'production', '--strict', 'ansible'];
    const { stderr } = await runProgram('ansible-lint', words, { cwd: repository });
    assert.match(stderr, /Passed with production profile/);
  });

  test('the syntax of every playbook is valid', async (t) => {
    await ansible();
    const files = await readdir(join(repository, 'ansible'));
    const playbooks = files.filter((file) => file.endsWith('.yml') && file !== 'requirements.yml');
    for (const file of playbooks) {
      const words = ['--syntax-check', '-i', 'ansible/hosts.example', join('ansible', file)];
      await runProgram('ansible-playbook', words, { cwd: repository });
    }
    t.diagnostic(playbooks.join(', '));
  });
}
