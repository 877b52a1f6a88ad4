import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const repository = join(__dirname, '../..');

interface Job {
  readonly name: string;
  readonly stage: string;
  readonly when: string;
}

/** The jobs that GitLab would make of the file, for a pipeline of this branch. */
function listJobs(branch: string): Job[] {
  const state = mkdtempSync(join(tmpdir(), 'footfall-gitlab-'));
  try {
    const output = execFileSync(
      process.execPath,
      [
        join(repository, 'node_modules/gitlab-ci-local/dist/index.js'),
        '--list-json',
        ...['--state-dir', relative(repository, state)],
        ...['--variable', `CI_COMMIT_BRANCH=${branch}`, '--variable', 'CI_DEFAULT_BRANCH=main'],
        ...['--ignore-predefined-vars', 'CI_COMMIT_BRANCH,CI_DEFAULT_BRANCH'],
      ],
      { cwd: repository, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const jobs = JSON.parse(output.toString()) as Job[];
    return jobs.filter(({ when }) => when !== 'never');
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
}

const onEachNode = (job: string): string[] => ['20', '22', '24'].map((node) => `${job}: [${node}]`);

it('is a file that GitLab takes: on every branch lint and unit tests on three releases of Node, and the playbooks', () => {
  const jobs = listJobs('some-branch');
  expect(jobs.map(({ name }) => name).sort()).toEqual(
    [...onEachNode('lint'), ...onEachNode('unit'), 'playbooks'].sort(),
  );
});

it('has the deploy make every file of the operator, which git does not have', () => {
  const ignored = readFileSync(join(repository, '.gitignore'), 'utf8').match(/^\/ansible\/.+$/gm) ?? [];
  expect(ignored.length).toBeGreaterThan(2);
  const deploy = readFileSync(join(repository, '.gitlab-ci.yml'), 'utf8').split('\ndeploy:')[1] ?? '';
  for (const path of ignored) expect(deploy).toMatch(new RegExp(`install .* ${path.slice(1)}`));
});

it('builds, tests and, by hand, deploys on the default branch', () => {
  const jobs = listJobs('main');
  expect(jobs.map(({ name, stage }) => `${stage} ${name}`).sort()).toEqual(
    [
      ...[...onEachNode('lint'), ...onEachNode('unit')].map((name) => `test ${name}`),
      'test faults: [20]',
      'test playbooks',
      'build build: [app]',
      'build build: [nginx]',
      'verify images',
      'deploy deploy',
    ].sort(),
  );
  expect(jobs.find(({ name }) => name === 'deploy')?.when).toBe('manual');
});
