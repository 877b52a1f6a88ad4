/**
 * Runs a part of the suite on each version of Node that the pipeline names: `npm run test:nodes`. The pipeline runs all
 * of the suite. Node itself comes from npm packages.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runProgram } from '../support/shell.mjs';
import { repository } from '../support/work-tree.mjs';

// What depends most on Node: its HTTP server, its reader of lines, the agent of New Relic.
const suites = [
  'tests/http/contract.test.ts',
  'tests/http/half-closed.test.ts',
  'tests/http/kept-connections.test.ts',
  'tests/http/create-message-types.test.ts',
  'tests/cli/visits/bad-lines.test.ts',
  'tests/instrumentation/new-relic.test.ts',
];

const pipeline = await readFile(join(repository, '.gitlab-ci.yml'), 'utf8');
const versions = /^ {6}- NODE: \[(.+)\]$/m.exec(pipeline)[1].match(/[\d.]+/g);

describe('versions of Node', () => {
  let folder;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'footfall-nodes-'));
    const packages = versions.map((version) => `node-${version}@npm:node-${platform()}-${arch()}@${version}`);
    const quiet = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
    await runProgram('npm', ['install', '--prefix', folder, ...quiet, ...packages]);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const version of versions)
    test(`${suites.length} suites pass on Node ${version}`, async (t) => {
      const bin = join(folder, 'node_modules', `node-${version}`, 'bin');
      const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
      const options = { cwd: repository, env, timeoutMs: 600_000 };
      const { stdout } = await runProgram(join(bin, 'node'), ['--version'], options);
      assert.ok(stdout.startsWith(`v${version}`));
      const words = ['node_modules/jest/bin/jest.js', '--ci', '--maxWorkers=2', ...suites];
      const { stderr } = await runProgram(join(bin, 'node'), words, options);
      t.diagnostic(`${stdout.trim()}: ${/^Tests:.*$/m.exec(stderr)[0]}`);
    });
});
