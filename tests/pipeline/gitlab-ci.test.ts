import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parse } from 'yaml';

const repository = join(__dirname, '../..');

interface Job {
  readonly name: string;
  readonly stage: string;
  readonly when: string;
}

/** Lists the jobs of a pipeline with these variables. */
function listJobs(variables: Record<string, string>): Job[] {
  // Without the variable, the branch of this clone would be taken. A tag has none.
  const all = { CI_DEFAULT_BRANCH: 'main', CI_COMMIT_BRANCH: '', ...variables };
  const state = mkdtempSync(join(tmpdir(), 'footfall-gitlab-'));
  try {
    const output = execFileSync(
      process.execPath,
      [
        join(repository, 'node_modules/gitlab-ci-local/dist/index.js'),
        '--list-json',
        ...['--state-dir', relative(repository, state)],
        ...Object.entries(all).flatMap(([name, value]) => ['--variable', `${name}=${value}`]),
        ...['--ignore-predefined-vars', 'CI_COMMIT_BRANCH,CI_COMMIT_TAG,CI_DEFAULT_BRANCH'],
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

it('runs lint and unit tests on three releases of Node, and the playbooks job, on every branch', () => {
  const jobs = listJobs({ CI_COMMIT_BRANCH: 'some-branch' });
  expect(jobs.map(({ name }) => name).sort()).toEqual(
    [...onEachNode('lint'), ...onEachNode('unit'), 'playbooks'].sort(),
  );
});

it('creates every file of the operator that git ignores in the deploy job', () => {
  const ignored = readFileSync(join(repository, '.gitignore'), 'utf8').match(/^\/ansible\/.+$/gm) ?? [];
  expect(ignored.length).toBeGreaterThan(2);
  const deploy = readFileSync(join(repository, '.gitlab-ci.yml'), 'utf8').split('\ndeploy:')[1] ?? '';
  for (const path of ignored) expect(deploy).toMatch(new RegExp(`install .* ${path.slice(1)}`));
});

it('builds and tests on the default branch, and deploys when started manually', () => {
  const jobs = listJobs({ CI_COMMIT_BRANCH: 'main' });
  expect(jobs.map(({ name, stage }) => `${stage} ${name}`).sort()).toEqual(
    [
      ...[...onEachNode('lint'), ...onEachNode('unit')].map((name) => `test ${name}`),
      'test faults: [20]',
      'test playbooks',
      'build build: [app]',
      'build build: [nginx]',
      'verify images',
      'verify selfhost',
      'deploy deploy',
    ].sort(),
  );
  expect(jobs.find(({ name }) => name === 'deploy')?.when).toBe('manual');
});

it('tests and publishes for a tag of a version, and deploys nothing', () => {
  const listLater = (tag: string): string[] =>
    listJobs({ CI_COMMIT_TAG: tag })
      .map(({ name, stage }) => `${stage} ${name}`)
      .filter((job) => !job.startsWith('test '))
      .sort();
  const tested = ['build build: [app]', 'build build: [nginx]', 'verify images', 'verify selfhost'];
  const published = ['publish publish', 'publish publish-images: [app]', 'publish publish-images: [nginx]'];
  expect(listLater('v1.2.3')).toEqual([...tested, ...published].sort());
  expect(listLater('note')).toEqual(tested);
});

it('reports the results of every test job as JUnit', () => {
  const text = readFileSync(join(repository, '.gitlab-ci.yml'), 'utf8');
  const jobs = parse(text) as Record<string, { artifacts?: { reports?: { junit?: string } } }>;
  const reports = ['unit', 'faults', 'images', 'selfhost'].map(
    (name) => jobs[name]?.artifacts?.reports?.junit,
  );
  expect(reports).toEqual([
    'coverage/junit.xml',
    'coverage/faults.xml',
    'coverage/images.xml',
    'coverage/selfhost.xml',
  ]);
});
