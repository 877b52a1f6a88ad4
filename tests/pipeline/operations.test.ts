import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { listPipelineJobs } from '../support/list-pipeline-jobs';

const repository = join(__dirname, '../..');

interface Definition {
  readonly before_script: string[];
}
const jobs = parse(readFileSync(join(repository, '.gitlab-ci.yml'), 'utf8')) as Record<string, Definition>;
const operations = ['rollback', 'status', 'backup'];

it('creates every file of the operator that git ignores before a playbook runs', () => {
  const ignored = readFileSync(join(repository, '.gitignore'), 'utf8').match(/^\/ansible\/.+$/gm) ?? [];
  // A job has one environment, whose files it calls by the names of a single one.
  expect(ignored.length).toBeGreaterThan(2);
  const before = jobs['.playbook']?.before_script.join('\n');
  for (const path of ignored.filter((name) => !/production|staging/.test(name)))
    expect(before).toMatch(new RegExp(`install .* ${path.slice(1)}`));
});

it('deploys the default branch to staging where STAGING_HOSTS is set, and nowhere else', () => {
  const listDeploys = (branch: string): string[] =>
    listPipelineJobs({ CI_COMMIT_BRANCH: branch, STAGING_HOSTS: 'file' })
      .filter(({ stage }) => stage === 'deploy')
      .map(({ name, when }) => `${name}: ${when}`)
      .sort();
  const manual = ['deploy', ...operations, ...operations.map((name) => `${name}-staging`)];
  expect(listDeploys('main')).toEqual(
    ['deploy-staging: on_success', ...manual.map((name) => `${name}: manual`)].sort(),
  );
  expect(listDeploys('some-branch')).toEqual([]);
});
