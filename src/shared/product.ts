import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What package.json says about this release. */
export interface Product {
  readonly version: string;
  /** The page of the source code. */
  readonly sourceUrl: string;
  /** The page that says which personal data is processed. */
  readonly privacyUrl: string;
}

interface Manifest {
  readonly version: string;
  readonly repository: { readonly url: string };
}

let product: Product | undefined;

/** Reads package.json at the first call. Everything that shows a version takes it from here. */
export function describeProduct(): Product {
  return (product ??= readProduct());
}

function readProduct(): Product {
  // Two folders up is the root from src/shared, and `dist` from dist/src/shared.
  const folders = [join(__dirname, '..', '..'), join(__dirname, '..', '..', '..')];
  const file = folders.map((folder) => join(folder, 'package.json')).find((path) => existsSync(path));
  if (file === undefined) throw new Error(`There is no package.json in ${folders.join(' or ')}.`);
  const { version, repository } = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  const sourceUrl = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
  return { version, sourceUrl, privacyUrl: `${sourceUrl}/-/blob/HEAD/docs/privacy.md` };
}
