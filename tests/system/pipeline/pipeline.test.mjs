/**
 * Runs the lint job of .gitlab-ci.yml in a clone, as a runner with a shell does: `npm run test:pipeline`. The job
 * installs all packages, which takes most of the time. Needs git and rsync.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { runProgram } from '../support/shell.mjs';
import { writeGitlabTemplates } from '../../support/gitlab-templates.cjs';
import { copyWorkTree, repository } from '../support/work-tree.mjs';

const { code } = await runProgram('rsync', ['--version'], { allowFailure: true }).catch(() => ({ code: 1 }));
const skip = code !== 0 && 'no rsync, which gitlab-ci-local needs to copy files; install it';

// The oldest Node of the matrix.
const pipeline = parse(await readFile(join(repository, '.gitlab-ci.yml'), 'utf8'));
const job = `lint: [${pipeline['.node'].parallel.matrix[0].NODE[0]}]`;

test('the lint job passes in a clone, run by a shell executor', { skip }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'footfall-pipeline-'));
  try {
    await copyWorkTree(folder);
    writeGitlabTemplates(join(folder, '.gitlab-ci-local'));
    const git = (...words) => runProgram('git', words, { cwd: folder });
    await git('init', '--quiet', '--initial-branch', 'main');
    await git('remote', 'add', 'origin', 'git@gitlab.example:footfall/footfall.git');
    await git('add', '--all');
    const author = ['-c', 'user.name=Footfall', '-c', 'user.email=footfall@example.org'];
    await git(...author, 'commit', '--quiet', '--message', 'The work tree');
    // A runner keeps npm's cache between pipelines; here it is the cache of this machine.
    const cache = (await runProgram('npm', ['config', 'get', 'cache'])).stdout.trim();
    const { stdout, stderr } = await runProgram(
      process.execPath,
      [
        join(repository, 'node_modules/gitlab-ci-local/dist/index.js'),
        ...['--force-shell-executor', '--no-shell-isolation', '--variable', `npm_config_cache=${cache}`],
        job,
      ],
      { cwd: folder, timeoutMs: 600_000 },
    );
    const lines = `${stdout}${stderr}`.split('\n');
    assert.ok(lines.some((line) => line.includes('PASS') && line.includes(job)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
