import { lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinks } from '../../src/embedded-postgres/binaries';
import { createScratchFolder } from './support/scratch';

const folder = createScratchFolder();
const libraries = join(folder, 'native', 'lib');

beforeAll(() => {
  mkdirSync(libraries, { recursive: true });
  writeFileSync(join(libraries, 'libpq.so.5.18'), 'library');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function list(...names: string[]): void {
  const links = names.map((name) => ({ source: 'native/lib/libpq.so.5.18', target: `native/lib/${name}` }));
  writeFileSync(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(links));
}

describe('createLinks', () => {
  it('accepts a package that lists no links', async () => {
    await expect(createLinks(folder)).resolves.toBeUndefined();
  });

  it('creates missing links once, even if several processes do so at the same time', async () => {
    list('libpq.so', 'libpq.so.5');
    await Promise.all([createLinks(folder), createLinks(folder)]);
    const { ino } = lstatSync(join(libraries, 'libpq.so'));
    await createLinks(folder);
    expect(lstatSync(join(libraries, 'libpq.so')).ino).toBe(ino);
    expect(readlinkSync(join(libraries, 'libpq.so.5'))).toBe('libpq.so.5.18');
    expect(readdirSync(libraries)).toEqual(['libpq.so', 'libpq.so.5', 'libpq.so.5.18']);
  });

  it('corrects a link to an older library and keeps a regular file', async () => {
    list('stale.so', 'real.so');
    symlinkSync('libpq.so.4', join(libraries, 'stale.so'));
    writeFileSync(join(libraries, 'real.so'), 'library');
    await createLinks(folder);
    expect(readlinkSync(join(libraries, 'stale.so'))).toBe('libpq.so.5.18');
    expect(lstatSync(join(libraries, 'real.so')).isFile()).toBe(true);
  });
});
