import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const repository = join(__dirname, '../..');

interface Job {
  readonly script: string[];
  readonly needs?: string[];
  readonly id_tokens?: unknown;
  readonly artifacts?: { paths: string[] };
  readonly release?: { description: string; assets: { links: { name: string; url: string }[] } };
}
interface Pipeline {
  readonly variables: Record<string, string>;
  readonly workflow: { rules: { if: string; variables?: Record<string, string> }[] };
}
const jobs = parse(readFileSync(join(repository, '.gitlab-ci.yml'), 'utf8')) as Record<string, Job>;
const image = { CI_REGISTRY_IMAGE: 'registry', NAME: 'app' };

/** Runs the script of a job with programs that only record how they are called. */
const runScript = (job: Job | undefined, variables: object): string[] => {
  const programs = ['node', 'docker', 'apk', 'cosign'].map((name) => `${name}() { echo "${name} $*" >&2; }`);
  const script = [...programs, ...(job?.script ?? [])].join('\n');
  const { status, stderr } = spawnSync('sh', ['-ec', script], {
    cwd: repository,
    env: { PATH: process.env['PATH'], ...variables },
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  return stderr.trim().split('\n');
};

it('publishes the package that was tested, after checking version, interface and CHANGELOG', () => {
  expect(jobs['package']?.artifacts?.paths).toEqual(['release/']);
  expect(jobs['install']?.script.join('\n')).toContain(
    'PACKAGE=release/footfall.tgz tests/system/run install',
  );
  expect(jobs['publish']?.script.at(-1)).toBe('npm publish ./release/footfall.tgz');
  const runs = (tag: string): string[] => runScript(jobs['package'], { CI_COMMIT_TAG: tag });
  const build = 'node tools/build-release.mjs release';
  expect(runs('v1.2.3')).toEqual(['node tools/check-release.mjs', build]);
  for (const tag of ['', 'note']) expect(runs(tag)).toEqual([build]);
  expect(jobs['publish-images']?.needs).toEqual(['images', 'selfhost', 'package', 'install']);
});

it('publishes the images that it tested, which no other pipeline of that commit writes', () => {
  const ofTag = { CI_COMMIT_TAG: 'v1.2.3', IMAGE_TAG: 'abc-7' };
  const ofBranch = { CI_COMMIT_BRANCH: 'main', IMAGE_TAG: 'abc' };
  const built = (variables: object): string[] =>
    runScript(jobs['build'], { ...image, ...variables }).flatMap((line) =>
      [...line.matchAll(/--tag (\S+)/g)].map(([, name = '']) => name),
    );
  expect(built(ofTag)).toEqual(['registry/app:abc-7']);
  expect(built(ofBranch)).toEqual(['registry/app:abc', 'registry/app:latest']);
  expect(runScript(jobs['publish-images'], { ...image, ...ofTag })).toContain(
    'docker buildx imagetools create --tag registry/app:1.2.3 registry/app:abc-7',
  );
  expect(jobs['images']?.script).toContain('export APP_IMAGE=$CI_REGISTRY_IMAGE/app:$IMAGE_TAG');
  expect(jobs['images']?.script).toContain('export NGINX_IMAGE=$CI_REGISTRY_IMAGE/nginx:$IMAGE_TAG');
  expect(jobs['.deploy']?.script.at(-1)).toMatch(/ -e "version=\$IMAGE_TAG"$/);

  const { variables, workflow } = jobs as unknown as Pipeline;
  expect(variables['IMAGE_TAG']).toBe('$CI_COMMIT_SHORT_SHA');
  const named = workflow.rules.filter((rule) => rule.variables);
  expect(named).toEqual([
    { if: '$CI_COMMIT_TAG', variables: { IMAGE_TAG: '$CI_COMMIT_SHORT_SHA-$CI_PIPELINE_ID' } },
  ]);
});

it('signs each image by its digest, without a key', () => {
  const { script = [], id_tokens } = jobs['publish-images'] ?? {};
  expect(id_tokens).toEqual({ SIGSTORE_ID_TOKEN: { aud: 'sigstore' } });
  expect(script.at(-1)).toBe('cosign sign --yes --recursive "$IMAGE@$DIGEST"');
  // A pull and a push would keep one architecture, and neither SBOM nor provenance.
  expect(script.join('\n')).not.toMatch(/docker (pull|push)/);
});

it('creates the release last, with the notes and every file that was uploaded', () => {
  const { needs = [], release } = jobs['release'] ?? {};
  expect(needs).toEqual(expect.arrayContaining(['package', 'publish', 'publish-images']));
  expect(release?.description).toBe('./release/notes.md');
  const upload = jobs['publish']?.script.find((line) => line.includes('curl')) ?? '';
  const [, uploaded = ''] = /for file in ([^;]+);/.exec(upload) ?? [];
  const links = release?.assets.links.map(({ url }) => url.split('/').at(-1));
  expect(links).toEqual(uploaded.split(' '));
  expect(links).toEqual(['footfall.tgz', 'sbom.cdx.json', 'openapi.json', 'SHA256SUMS']);
});
