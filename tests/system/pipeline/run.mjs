/**
 * Runs the lint job of .gitlab-ci.yml as a runner with a shell would, out of a clean clone: `npm run test:pipeline`.
 * The job installs every package, which takes most of the time. Needs git and rsync.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChecks } from '../support/checks.mjs';
import { runProgram } from '../support/shell.mjs';
import { copyWorkTree, repository } from '../support/work-tree.mjs';

const checks = createChecks();
const { code } = await runProgram('rsync', ['--version'], { allowFailure: true }).catch(() => ({ code: 1 }));
if (code === 0) {
  await checks.check('the lint job passes in a clean clone, run by a shell executor', runLintJob);
} else {
  process.stdout.write('skipped: no rsync, which gitlab-ci-local copies with; install it\n');
}
process.exitCode = checks.close();

async function runLintJob() {
  const folder = await mkdtemp(join(tmpdir(), 'footfall-pipeline-'));
  try {
    await copyWorkTree(folder);
    const git = (...words) => runProgram('git', words, { cwd: folder });
    await git('init', '--quiet', '--initial-branch', 'main');
    await git('remote', 'add', 'origin', 'git@gitlab.example:footfall/footfall.git');
    await git('add', '--all');
    const author = ['-c', 'user.name=Footfall', '-c', 'user.email=footfall@example.org'];
    await git(...author, 'commit', '--quiet', '--message', 'The work tree');
    // A runner keeps npm's cache between pipelines; here it is that of this machine.
    const cache = (await runProgram('npm', ['config', 'get', 'cache'])).stdout.trim();
    const { stdout, stderr } = await runProgram(
      process.execPath,
      [
        join(repository, 'node_modules/gitlab-ci-local/dist/index.js'),
        ...['--force-shell-executor', '--no-shell-isolation', '--variable', `npm_config_cache=${cache}`],
        'lint: [20]',
      ],
      { cwd: folder, timeoutMs: 600_000 },
    );
    assert.match(stdout + stderr, /PASS.*lint: \[20\]/s);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
