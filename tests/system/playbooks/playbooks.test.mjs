/**
 * Runs the checks of deploy.yml and rollback.yml without hosts and engine, on records of releases and on states of the
 * schema: `npm run test:playbooks`. Needs ansible.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runProgram } from '../support/shell.mjs';
import { repository } from '../support/work-tree.mjs';
import { cases, readKey } from './cases.mjs';

const { code } = await runProgram('ansible-playbook', ['--version'], { allowFailure: true }).catch(() => ({
  code: 1,
}));
const skip = code !== 0 && 'ansible is not installed';
const support = join(import.meta.dirname, 'support');

/** A service with a read key, also below `/count`. Another service answers below `/other`. */
const service = createServer(({ url, headers }, response) => {
  const isClosed = !url.endsWith('/-/openapi.json') && headers.authorization !== `Bearer ${readKey}`;
  const json = url.startsWith('/other') ? {} : { results: [], info: { title: 'Footfall' } };
  response.writeHead(isClosed ? 401 : 200, { 'Content-Type': 'application/json' }).end(JSON.stringify(json));
});

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
    await once(service.listen(0, '127.0.0.1'), 'listening');
    output = '';
    for (const part of new Set(cases.map((one) => one.part))) {
      const created = cases.map(async (one, index) => [`case-${index}`, await createHost(one, index)]);
      const hosts = (await Promise.all(created)).filter((_, index) => cases[index].part === part);
      const inventory = join(folder, `${part}.json`);
      await writeFile(inventory, JSON.stringify({ all: { hosts: Object.fromEntries(hosts) } }));
      const words = [
        '-vvv',
        '--inventory',
        inventory,
        '--extra-vars',
        `part=${part}`,
        join(support, 'checks.yml'),
      ];
      const options = { env, cwd: folder, timeoutMs: 600_000 };
      output += (await runProgram('ansible-playbook', words, options)).stdout;
    }
  });
  after(async () => {
    service.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function createHost({ records = {}, variables }, index) {
    const state = join(folder, String(index));
    await mkdir(join(state, 'releases'), { recursive: true });
    for (const [path, record] of Object.entries(records))
      await writeFile(join(state, path), JSON.stringify(record));
    const { port } = service.address();
    return { ansible_connection: 'local', footfall_state: state, footfall_http_port: port, ...variables };
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

  test('no output contains a read key', () => {
    assert.match(output, /TASK \[release : Request the service through each proxy\]/);
    for (const { variables } of cases) {
      const { READ_KEY: key } = variables.footfall_service_secrets ?? {};
      if (key) assert.ok(!output.includes(key));
    }
  });
});
