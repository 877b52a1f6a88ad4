// Checks the built site: every link leads to a page and a heading, every file is there, and nothing is loaded from
// another server.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { homepage } from './repository.mjs';

const dist = join(import.meta.dirname, 'dist');
const { origin, pathname } = new URL(homepage);
const base = pathname.replace(/\/?$/, '/');
const files = readdirSync(dist, { recursive: true }).filter((file) => file.endsWith('.html'));
const pages = new Map(files.map((file) => [file, readFileSync(join(dist, file), 'utf8')]));
const faults = [...pages].flatMap(([file, html]) => [
  ...findBrokenLinks(file, html),
  ...findForeignFiles(file, html),
]);
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.stdout.write(`${pages.size} pages, ${faults.length} faults\n`);
process.exitCode = faults.length > 0 ? 1 : 0;

function findBrokenLinks(file, html) {
  const links = [...html.matchAll(/<(?:a|img|link|script)\b[^>]*?\s(?:href|src)="([^"]+)"/g)].map(
    ([, link]) => link,
  );
  return [...new Set(links)]
    .filter((link) => !leadsSomewhere(link, file))
    .map((link) => `${file}: ${link} is broken`);
}

function leadsSomewhere(link, file) {
  if (/^(data|mailto):/.test(link)) return true;
  const url = new URL(link.replaceAll('&amp;', '&'), `${origin}${base}${file}`);
  if (url.origin !== origin) return true;
  if (!url.pathname.startsWith(base)) return false;
  const path = decodeURIComponent(url.pathname.slice(base.length)).replace(/(^|\/)$/, '$1index.html');
  if (!existsSync(join(dist, path))) return false;
  const anchor = decodeURIComponent(url.hash.slice(1));
  return anchor === '' || !pages.has(path) || pages.get(path).includes(` id="${anchor}"`);
}

function findForeignFiles(file, html) {
  const loaded = [...html.matchAll(/<(?:img|link|script|iframe)\b[^>]*?\s(?:href|src)="(https?:[^"]+)"/g)];
  return loaded.map(([, link]) => `${file}: ${link} is loaded from another server`);
}
