import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { isPage, root } from './repository.mjs';

/**
 * Creates the sidebar from docs/README.md: a group for each line such as "Operators:", with the pages below it, and the
 * decision records.
 * @throws {Error} if docs/README.md does not list a page of docs/
 */
export function createSidebar() {
  const groups = [];
  for (const line of read('docs/README.md').split('\n')) {
    const [, text] = /^(?:For )?([^-[\]:]+):/.exec(line) ?? [];
    if (text) groups.push({ text: text[0].toUpperCase() + text.slice(1), items: [] });
    for (const file of groups.length > 0 ? listLinks(line) : []) groups.at(-1).items.push(createItem(file));
  }
  const listed = groups.flatMap(({ items }) => items.map(({ file }) => file));
  const missing = listDocuments().filter((file) => !listed.includes(file));
  if (missing.length > 0) throw new Error(`docs/README.md does not list ${missing.join(', ')}.`);
  return [...groups, { text: 'Decision records', collapsed: true, items: listRecords() }];
}

function listLinks(line) {
  const links = [...line.matchAll(/\]\(([^)#]+)/g)].map(([, link]) => posix.join('docs', link));
  return links.filter(isPage);
}

function listDocuments() {
  const folder = readdirSync(join(root, 'docs'), { withFileTypes: true });
  return folder
    .map((entry) => (entry.isDirectory() ? `docs/${entry.name}/README.md` : `docs/${entry.name}`))
    .filter((file) => file.endsWith('.md') && file !== 'docs/README.md' && existsSync(join(root, file)));
}

function listRecords() {
  const files = readdirSync(join(root, 'docs/decisions')).filter((file) => /^\d{4}-.+\.md$/.test(file));
  return files.sort().map((file) => {
    const { text, link } = createItem(`docs/decisions/${file}`);
    return { text: `${Number(file.slice(0, 4))}. ${text}`, link };
  });
}

function createItem(file) {
  const [, text] = /^# (.+)$/m.exec(read(file)) ?? [];
  return { text: text.replaceAll('`', ''), link: `/${file.replace(/README\.md$/, '')}`, file };
}

function read(file) {
  return readFileSync(join(root, file), 'utf8');
}
