/**
 * Runs the checks of deploy.yml and rollback.yml without hosts and engine, on records of releases and on states of the
 * schema: `npm run test:playbooks`. Needs ansible.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runProgram } from '../support/shell.mjs';
import { repository } from '../support/work-tree.mjs';
import { cases } from './cases.mjs';

const { code } = await runProgram('ansible-playbook', ['--version'], { allowFailure: true }).catch(() => ({
  code: 1,
}));
const skip = code !== 0 && 'ansible is not installed';
const support = join(import.meta.dirname, 'support');

describe('playbooks', { skip }, () => {
  let folder;
  let output;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'footfall-playbooks-'));
    const env = {
      ...process.env,
      ANSIBLE_COLLECTIONS_PATH: join(support, 'collections'),
      ANSIBLE_NOCOLOR: '1',
      ANSIBLE_PIPELINING: '1',
      ANSIBLE_ROLES_PATH: join(repository, 'ansible/roles'),
    };
    output = '';
    for (const part of new Set(cases.map((one) => one.part))) {
      const created = cases.map(async (one, index) => [`case-${index}`, await createHost(one, index)]);
      const hosts = (await Promise.all(created)).filter((_, index) => cases[index].part === part);
      const inventory = join(folder, `${part}.json`);
      await writeFile(inventory, JSON.stringify({ all: { hosts: Object.fromEntries(hosts) } }));
      const words = ['--inventory', inventory, '--extra-vars', `part=${part}`, join(support, 'checks.yml')];
      const options = { env, cwd: folder, timeoutMs: 600_000 };
      output += (await runProgram('ansible-playbook', words, options)).stdout;
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function createHost({ records = {}, variables }, index) {
    const state = join(folder, String(index));
    await mkdir(join(state, 'releases'), { recursive: true });
    for (const [path, record] of Object.entries(records))
      await writeFile(join(state, path), JSON.stringify(record));
    return { ansible_connection: 'local', footfall_state: state, ...variables };
  }

  cases.forEach(({ title, expected }, index) =>
    test(title, async () => {
      const outcome = JSON.parse(await readFile(join(folder, String(index), 'outcome'), 'utf8'));
      if (expected instanceof RegExp) assert.match(outcome.refusal ?? JSON.stringify(outcome), expected);
      else assert.deepEqual(outcome, expected);
    }),
  );

  test('a deploy that fails while it reverts the schema leaves the new release and says so', () => {
    const report = output.slice(output.indexOf('Release v3 was not completely deployed.'));
    assert.match(report, /Failed: the schema: lock timeout/);
    assert.match(
      report,
      /Not reverted: the service: it runs v3, which works with and without 20261102000000-b/,
    );
    assert.doesNotMatch(report.slice(0, report.indexOf(']')), /rollback\.yml/);
  });
});
