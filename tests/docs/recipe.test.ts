import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(repository, file), 'utf8');

/** The paths of this repository that a text names as code. */
const listPaths = (text: string): string[] =>
  [...text.matchAll(/`((?:src|tests|migrations|tools|bench|docker)\/[\w./-]+)`/g)].map(
    ([, path = '']) => path,
  );

/** The files below `folder` that hold `text` as a whole word. */
function findFiles(folder: string, text: string): string[] {
  const options = ['grep', '--untracked', '--files-with-matches', '--word-regexp', '--fixed-strings'];
  return execFileSync('git', [...options, text, '--', folder], { cwd: repository })
    .toString()
    .split('\n')
    .filter(Boolean);
}

it.each(['CONTRIBUTING.md', 'docs/architecture.md'])('names only files in %s that exist', (document) => {
  expect(listPaths(read(document)).filter((path) => !existsSync(join(repository, path)))).toEqual([]);
});

it('lists every file of the example endpoint in the recipe', () => {
  const recipe = /^## Add an endpoint\n([\s\S]*?)^## /m.exec(read('CONTRIBUTING.md'))?.[1] ?? '';
  const [, example = ''] = /^(`GET \/-\/history`[\s\S]*?)\n\n/m.exec(recipe) ?? [];
  const paths = listPaths(example);
  expect(recipe).toMatch(/^Four files:$/m);
  expect(paths).toHaveLength(4);
  expect(paths.filter((path) => path.startsWith('src/')).sort()).toEqual(findFiles('src', 'getHistory'));
  expect(findFiles('tests/http', '/-/history')).toContain(paths.find((path) => path.startsWith('tests/')));
});
