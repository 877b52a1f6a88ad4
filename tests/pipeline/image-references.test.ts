import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(repository, file), 'utf8');

interface Renovate {
  readonly extends: readonly string[];
  readonly ignorePaths: readonly string[];
  readonly customManagers: readonly { managerFilePatterns: string[]; matchStrings: string[] }[];
}
const renovate = JSON.parse(read('renovate.json')) as Renovate;

// What the managers of Renovate read by default, and the form of a reference in these files.
const managers = [
  { files: /(^|[/.])Dockerfile$/, reference: /^(?:FROM|ARG \w+_IMAGE=)\s*([^\s$]+:\S+)/gm },
  { files: /(^|\/)(docker-)?compose[^/]*\.ya?ml$/, reference: /^\s+image: ([^\s$&*]+)$/gm },
  { files: /^\.gitlab-ci\.yml$/, reference: /^\s+(?:image|- name): ([^\s$]+:[^\s$]+)$/gm },
];
const custom = renovate.customManagers.map(({ managerFilePatterns, matchStrings }) => ({
  accepts: (file: string) =>
    managerFilePatterns.some((pattern) => new RegExp(pattern.slice(1, -1)).test(file)),
  patterns: matchStrings.map((pattern) => new RegExp(pattern, 'g')),
}));

/** Lists the image references of a file that Renovate updates. */
function listUpdated(file: string, text: string): string[] {
  const builtIn = managers.filter(({ files }) => files.test(file)).map(({ reference }) => reference);
  const own = custom.filter(({ accepts }) => accepts(file)).flatMap(({ patterns }) => patterns);
  return [
    ...builtIn.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? '')),
    ...own.flatMap((pattern) =>
      [...text.matchAll(pattern)].map(({ groups }) => {
        const { depName = '', currentValue = '', currentDigest } = groups ?? {};
        return `${depName}:${currentValue}${currentDigest ? `@${currentDigest}` : ''}`;
      }),
    ),
  ];
}

// Documents name tags for people; recorded output and the text of tests are no references.
const prose = /^(docs|tests|website|bench|aws)\/(?!.*Dockerfile$)|\.md$|package-lock\.json$/;
const files = execFileSync('git', ['ls-files'], { cwd: repository, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file && !prose.test(file));
const updated = new Map(files.map((file) => [file, listUpdated(file, read(file))]));
const images = [...new Set([...updated.values()].flat().map((image) => image.replace(/:[^/]*$/, '')))];

it('updates and pins the images of Dockerfiles, compose files, playbooks and the pipeline', () => {
  expect(renovate.extends).toContain('docker:pinDigests');
  // The preset config:recommended would leave out tests/.
  expect(renovate.ignorePaths).toEqual(['**/node_modules/**']);
  expect(images).toEqual(
    expect.arrayContaining(['node', 'nginx', 'postgres', 'debian', 'docker', 'alpine', 'tonistiigi/binfmt']),
  );
  expect(images).toContain('public.ecr.aws/aws-cli/aws-cli');
});

it('names no image that Renovate does not update', () => {
  for (const file of files) {
    const named = images.join('|').replaceAll('.', '\\.');
    const reference = new RegExp(
      `(?<![\\w./-])(?:${named}):(?:latest|\\d|[a-z]+-slim)[\\w.-]*(?:@\\S+)?`,
      'g',
    );
    for (const image of read(file).match(reference) ?? []) expect(updated.get(file)).toContain(image);
  }
});

it('takes the newest image of each Node in jobs for every version, and of nothing else', () => {
  const moving = read('.gitlab-ci.yml').match(/(?<=image: ).*\$.*/g);
  expect(moving).toEqual(['node:$NODE-bookworm']);
});

it('pins by a complete digest where there is one', () => {
  const digests = [...updated.values()].flat().flatMap((image) => image.split('@').slice(1));
  for (const digest of digests) expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
});

it('names the image of the backups in the documents as the playbooks do', () => {
  const [image = ''] = (updated.get('ansible/roles/backup/defaults/main.yml') ?? []).filter((name) =>
    name.startsWith('postgres:'),
  );
  for (const file of ['docs/deploy.md', 'docs/operations.md'])
    expect(read(file)).toContain(`${image.replace(/@.*/, '')} \\`);
});
