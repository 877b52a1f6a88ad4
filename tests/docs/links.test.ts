import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const repository = join(__dirname, '../..');
const documents = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: repository,
})
  .toString()
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(repository, file)));

const withoutCode = (text: string): string =>
  text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');

/** The anchors of a document's headings, as GitLab and GitHub create them. */
function listAnchors(file: string): string[] {
  const text = readFileSync(join(repository, file), 'utf8').replace(/^```[\s\S]*?^```/gm, '');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replace(/ /g, '-'),
  );
}

it.each(documents)('links in %s lead to files and headings that exist', (file) => {
  const broken = [...withoutCode(readFileSync(join(repository, file), 'utf8')).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const linked = path === '' ? file : relative(repository, join(repository, dirname(file), path));
      if (!existsSync(join(repository, linked))) return true;
      return anchor !== undefined && !listAnchors(linked).includes(anchor);
    });
  expect(broken).toEqual([]);
});
