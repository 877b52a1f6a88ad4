import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';

export const root = join(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

export const version = manifest.version;
/** The page of the source code, such as https://gitlab.com/footfall-counter/footfall. */
export const repository = process.env.CI_PROJECT_URL ?? manifest.repository.url.replace(/^git\+|\.git$/g, '');
/** The address of this site. */
export const homepage = process.env.CI_PAGES_URL ?? manifest.homepage;

/** Patterns of documents that are no pages of the site. */
export const excluded = ['!(ansible|aws|docs|website)/**/*', '{ansible,aws}/*/**/*', 'website/README.md'];

const pages = /^([A-Z_]+\.md|(ansible|aws)\/README\.md|docs\/.+\.md|website\/api\.md)$/;

/** Whether the site has a page for this file. */
export function isPage(file) {
  return pages.test(file) && existsSync(join(root, file));
}

/**
 * Resolves a link of a document: to a page of the site, or else to the file in the repository.
 * @param href as it is written in the document
 * @param page the document, relative to the root of the repository
 * @throws {Error} if there is no such file
 */
export function resolveLink(href, page) {
  if (/^([a-z][a-z\d+.-]*:|#|\/\/)/i.test(href)) return href;
  const [, path, anchor = ''] = /^([^#]*)(#.*)?$/.exec(href);
  const file = posix.join(posix.dirname(page), decodeURIComponent(path)).replace(/\/$/, '');
  if (isPage(file)) return href.replace(/README\.md(?=$|#)/, 'index.md');
  if (isPage(`${file}/README.md`)) return `${path.replace(/\/?$/, '/')}index.md${anchor}`;
  if (!existsSync(join(root, file))) throw new Error(`${page}: "${href}" leads to no file.`);
  const kind = statSync(join(root, file)).isDirectory() ? 'tree' : 'blob';
  return `${repository}/-/${kind}/${process.env.CI_COMMIT_TAG ?? 'HEAD'}/${file}${anchor}`;
}
