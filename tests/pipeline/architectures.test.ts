import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const repository = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(repository, file), 'utf8');

interface LockedPackage {
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

it('locks a build for ARM of each native package that has one for x86', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, LockedPackage> };
  const isFor = (path: string, cpu: string): boolean =>
    packages[path]?.os?.includes('linux') === true && packages[path].cpu?.includes(cpu) === true;
  const native = Object.keys(packages).filter((path) => isFor(path, 'x64'));
  expect(native.length).toBeGreaterThan(3);
  const missing = native.filter((path) => !isFor(path.replace(/x64|amd64/, 'arm64'), 'arm64'));
  expect(missing).toEqual([]);
});

it.each(['docker/app.Dockerfile', 'docker/nginx.Dockerfile'])('names no architecture in %s', (file) => {
  expect(read(file)).not.toMatch(/amd64|x86|x64|arm64|aarch64|FROM --platform/);
});

it('builds each image for x86 and ARM', () => {
  const { build } = parse(read('.gitlab-ci.yml')) as { build: { script: string[] } };
  expect(build.script.join('\n')).toContain('--platform linux/amd64,linux/arm64');
});
