import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProgram } from '../support/shell.mjs';
import { repository } from '../support/work-tree.mjs';

/** Tests the text of the playbooks: the production profile of ansible-lint, and the syntax of each. */
export function describeLint(controller) {
  test('ansible-lint finds nothing in the playbooks with its production profile', async () => {
    const words = ['--config-file', 'ansible/.ansible-lint', '--nocolor', '--strict', 'ansible'];
    const { stderr } = await runProgram('ansible-lint', words, { cwd: repository });
    assert.match(stderr, /Passed with production profile/);
  });

  test('the syntax of every playbook is valid', async (t) => {
    const { run } = await controller();
    const files = await readdir(join(repository, 'ansible'));
    const playbooks = files.filter((file) => file.endsWith('.yml') && file !== 'requirements.yml');
    const paths = playbooks.map((file) => join('ansible', file));
    await run('ansible-playbook', ['--syntax-check', '-i', 'ansible/hosts.example', ...paths], {
      cwd: repository,
    });
    t.diagnostic(playbooks.join(', '));
  });

  test('a community.docker too old for the engine is refused before anything is changed', async () => {
    const { run } = await controller();
    const here = ['-i', 'ansible/hosts.example', '-e', 'ansible_connection=local', '-e', 'ansible_user=root'];
    const words = [...here, '-e', 'footfall_engine_source=docker', 'ansible/provision.yml'];
    const options = { cwd: repository, allowFailure: true };
    const { code, stdout } = await run('ansible-playbook', words, options);
    assert.notEqual(code, 0);
    assert.match(stdout, /needs community\.docker 4\.8\.3 or later[^"]* Nothing was changed/);
    assert.match(stdout, /changed=0 /);
  });
}
