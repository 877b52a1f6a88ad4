import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(__dirname, '../..');

interface Group {
  readonly text: string;
  readonly items: readonly { readonly text: string; readonly link: string }[];
}

/** Evaluates an expression with what website/ exports. Its own packages are not needed. */
function evaluate(expression: string): unknown {
  const script = `
    import { createSidebar } from './website/sidebar.mjs';
    import { resolveLink } from './website/repository.mjs';
    process.stdout.write(JSON.stringify(${expression}));`;
  const env = { PATH: process.env['PATH'] };
  const words = ['--input-type=module', '--eval', script];
  const output = execFileSync(process.execPath, words, { cwd: repository, env, stdio: 'pipe' });
  return JSON.parse(output.toString());
}

it('lists every document in docs/README.md, which is the sidebar of the site, and every decision record', () => {
  const groups = evaluate('createSidebar()') as Group[];
  expect(groups.length).toBeGreaterThan(3);
  for (const { items } of groups) expect(items.length).toBeGreaterThan(0);
  const links = groups.flatMap(({ items }) => items.map(({ link }) => link));
  expect(links).toEqual(expect.arrayContaining(['/docs/http.md', '/docs/monitoring/']));
  const records = readdirSync(join(repository, 'docs/decisions')).filter((file) => file !== 'README.md');
  for (const file of records) expect(links).toContain(`/docs/decisions/${file}`);
});

it('leads from a page to pages of the site, and to other files in the repository', () => {
  const source = 'https://gitlab.com/footfall-counter/footfall/-';
  const resolve = (href: string, page = 'docs/http.md') => evaluate(`resolveLink('${href}', '${page}')`);
  expect(resolve('limits.md#rates')).toBe('limits.md#rates');
  expect(resolve('../README.md#badge')).toBe('../index.md#badge');
  expect(resolve('decisions/')).toBe('decisions/index.md');
  expect(resolve('../src/serve.ts')).toBe(`${source}/blob/HEAD/src/serve.ts`);
  expect(resolve('kubernetes', 'README.md')).toBe(`${source}/tree/HEAD/kubernetes`);
  expect(resolve('https://example.org/a.md')).toBe('https://example.org/a.md');
  expect(() => resolve('../src/none.ts')).toThrow('leads to no file');
});
