import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const repository = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(repository, file), 'utf8');
const listFiles = (pattern: string): string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', pattern], {
    cwd: repository,
  })
    .toString()
    .split('\n')
    .filter(Boolean);

const pages = [
  'docs/deploy.md',
  'docs/operations.md',
  'docs/scaling.md',
  'docs/kubernetes.md',
  'docs/kubernetes-clouds.md',
];
const listBlocks = (text: string, language: string): string[] =>
  [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)]
    .filter(([, named]) => named === language)
    .map(([, , block = '']) => block);

/** The variables that a page sets in a file, on a command line or in the vault, or names alone. */
function listVariables(text: string): string[] {
  const patterns = [
    /^(footfall_\w+):/gm,
    /-e (footfall_\w+)=/g,
    /\bsecret (footfall_\w+) /g,
    /(footfall_\w+)=/g,
    /`(footfall_\w+)(?:: [^`]*)?`/g,
    /\{\{[^}]*?(footfall_\w+)/g,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name = '']) => name));
}

const defined = new Set(
  listFiles('ansible/roles/*/defaults/main.yml').flatMap((file) =>
    Object.keys((parse(read(file)) as object | null) ?? {}),
  ),
);
const metrics = new Set(
  listFiles('src/metrics/*.ts').flatMap((file) => read(file).match(/footfall_\w+/g) ?? []),
);

it.each([
  ...pages,
  'ansible/hosts.example',
  'ansible/group_vars/all.example.yml',
  'aws/lib/render-inventory.ts',
])('names only variables in %s that the playbooks have', (file) => {
  const unknown = listVariables(read(file)).filter((name) => !defined.has(name) && !metrics.has(name));
  expect(unknown).toEqual([]);
});

it.each(pages)('names only playbooks and npm scripts in %s that exist', (file) => {
  const playbooks = [...read(file).matchAll(/\bansible(?:\/|-playbook )(\w+\.yml)\b/g)].map(
    ([, name = '']) => name,
  );
  expect(playbooks.filter((name) => !existsSync(join(repository, 'ansible', name)))).toEqual([]);
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...read(file).matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

it.each(pages)('shows only commands in %s that bash can parse', (file) => {
  for (const block of listBlocks(read(file), 'sh')) {
    expect(() =>
      execFileSync('bash', ['-n'], { input: block, stdio: ['pipe', 'pipe', 'pipe'] }),
    ).not.toThrow();
  }
});

it('shows the same statements before partitioning as the test of the migration', () => {
  const squeeze = (text: string): string =>
    text.replace(/[\s`;]+/g, ' ').replace(/await database\.query\( ?/g, '');
  const [, byHand = ''] = listBlocks(read('docs/scaling.md'), 'sql');
  const test = squeeze(read('tests/db/partition-visits-by-month.test.ts'));
  for (const line of byHand.split(/;\n(?!\s)/).filter((statement) => statement.trim() !== '')) {
    expect(test).toContain(squeeze(line).trim().replace(/ \)$/, ''));
  }
});
