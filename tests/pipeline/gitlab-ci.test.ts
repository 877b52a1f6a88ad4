import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { listPipelineJobs } from '../support/list-pipeline-jobs';

const repository = join(__dirname, '../..');

interface Definition {
  readonly script: string[];
  readonly variables: Record<string, string>;
  readonly cache: { readonly key: { readonly files: string[] } };
  readonly artifacts?: { readonly reports?: { readonly junit?: string } };
}
const jobs = parse(readFileSync(join(repository, '.gitlab-ci.yml'), 'utf8')) as Record<string, Definition>;

const onEachNode = (job: string): string[] =>
  ['20.19.0', '22', '24', '26'].map((node) => `${job}: [${node}]`);
const checks = [
  ...onEachNode('lint'),
  ...onEachNode('unit'),
  'aws: [20]',
  'aws: [24]',
  'site: [24]',
  'playbooks',
  'secret_detection',
];
const operations = ['rollback', 'status', 'backup'];

it('runs lint, unit tests, and the checks of the stack, the site and the playbooks on every branch', () => {
  const listed = listPipelineJobs({ CI_COMMIT_BRANCH: 'some-branch' });
  expect(listed.map(({ name }) => name).sort()).toEqual([...checks].sort());
});

it('tests the oldest Node that package.json allows', () => {
  const { engines } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    engines: { node: string };
  };
  const [oldest] = /(?<=NODE: \[')[^']+/.exec(readFileSync(join(repository, '.gitlab-ci.yml'), 'utf8')) ?? [];
  expect(`>=${oldest}`).toBe(`${engines.node}.0`);
});

it('builds and tests on the default branch, and deploys when started manually', () => {
  const listed = listPipelineJobs({ CI_COMMIT_BRANCH: 'main' });
  expect(listed.map(({ name, stage }) => `${stage} ${name}`).sort()).toEqual(
    [
      ...checks.map((name) => `test ${name}`),
      'test alerts: [20]',
      'test browser: [24]',
      'test faults: [20]',
      'test poolers: [20]',
      ...[13, 14, 15, 16, 17, 18].map((major) => `test postgres: [24,${major}]`),
      'build build: [app]',
      'build build: [nginx]',
      'build package',
      'verify install',
      'verify images',
      'verify selfhost',
      'verify container_scanning: [app]',
      'verify container_scanning: [nginx]',
      'deploy deploy',
      ...operations.map((name) => `deploy ${name}`),
    ].sort(),
  );
  const deploys = listed.filter(({ stage }) => stage === 'deploy');
  expect(new Set(deploys.map(({ when }) => when))).toEqual(new Set(['manual']));
});

it('tests deploys, certificates and the box where a runner can start hosts', () => {
  const listed = listPipelineJobs({ CI_COMMIT_BRANCH: 'main', FOOTFALL_LAB: '/lab' });
  const names = listed.map(({ name }) => name).filter((name) => name.startsWith('hosts'));
  expect(names).toEqual(['hosts: [24,deploy]', 'hosts: [24,certificates]', 'hosts: [24,box]']);
});

it('scans merge requests and, where the licence has it, dependencies', () => {
  const listTests = (variables: Record<string, string>): string[] =>
    listPipelineJobs(variables).map(({ name }) => name);
  expect(listTests({ CI_PIPELINE_SOURCE: 'merge_request_event' })).toContain('secret_detection');
  const licensed = { CI_COMMIT_BRANCH: 'main', GITLAB_FEATURES: 'dast,dependency_scanning' };
  expect(listTests(licensed)).toContain('gemnasium-dependency_scanning');
  expect(jobs['container_scanning']?.variables).toMatchObject({
    CS_IMAGE: '$CI_REGISTRY_IMAGE/$NAME:$IMAGE_TAG',
  });
});

it('builds images with a bill of materials and their provenance', () => {
  expect(jobs['build']?.script.join('\n')).toContain('--sbom=true --provenance=mode=max');
});

it('keys each cache of packages by the lock files that its job installs', () => {
  const keys = ['.npm', 'aws', 'site'].map((name) => jobs[name]?.cache.key.files);
  expect(keys).toEqual([
    ['package-lock.json'],
    ['aws/package-lock.json'],
    ['package-lock.json', 'website/package-lock.json'],
  ]);
});

it('tests and publishes for a tag of a version, and deploys nothing', () => {
  const listLater = (tag: string): string[] =>
    listPipelineJobs({ CI_COMMIT_TAG: tag })
      .map(({ name, stage }) => `${stage} ${name}`)
      .filter((job) => !job.startsWith('test '))
      .sort();
  const tested = [
    ...['build build: [app]', 'build build: [nginx]', 'build package'],
    ...['verify images', 'verify install', 'verify selfhost'],
    ...['verify container_scanning: [app]', 'verify container_scanning: [nginx]'],
  ];
  const published = [
    ...['publish pages', 'publish publish', 'publish release'],
    ...['publish publish-images: [app]', 'publish publish-images: [nginx]'],
  ];
  expect(listLater('v1.2.3')).toEqual([...tested, ...published].sort());
  for (const tag of ['note', 'v1.2.3-rc.1']) expect(listLater(tag)).toEqual([...tested].sort());
});

it('reports the results of every test job as JUnit', () => {
  const reports = ['unit', 'browser', 'playbooks', 'faults', 'install', 'images', 'selfhost'].map(
    (name) => jobs[name]?.artifacts?.reports?.junit,
  );
  expect(reports).toEqual([
    'coverage/junit.xml',
    'coverage/junit.xml',
    'coverage/playbooks.xml',
    'coverage/faults.xml',
    'coverage/install.xml',
    'coverage/images.xml',
    'coverage/selfhost.xml',
  ]);
});
