/**
 * Runs the commands of the README in new clones, and the npm package in empty folders: as root in a home folder that
 * others cannot enter, without install scripts, and as an ordinary user: `npm run test:install`. Needs root, which
 * creates and removes the user, and git. PACKAGE names a package that exists already, such as that of a pipeline.
 */
import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';
import { createSharedResources } from '../support/shared-resources.mjs';
import { runProgram } from '../support/shell.mjs';
import { repository } from '../support/work-tree.mjs';
import { countAcrossRestart } from './count-across-restart.mjs';
import { createRootClone, createUserClone } from './create-clones.mjs';

const skip = process.getuid() !== 0 && 'only root can create a user';
const { share, removeAll } = createSharedResources();
after(removeAll);

const accounts = [
  ['root in a closed home', createRootClone, '--ignore-scripts --no-progress'],
  ['an ordinary user', createUserClone, '--no-progress'],
].map(([account, createClone, options]) => {
  const clone = share(`the clone of ${account}`, createClone, ({ remove }) => remove());
  const installed = share(`npm ci of ${account}`, async () => {
    await (await clone()).run(`npm ci ${options}`);
    return clone();
  });
  return { account, options, clone, installed };
});
const release = share(
  'the files of a release',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'footfall-package-'));
    await chmod(folder, 0o755);
    const { run } = await accounts[0].installed();
    await run(`node tools/build-release.mjs ${folder}`);
    return folder;
  },
  (folder) => rm(folder, { recursive: true }),
);
const findPackage = async () =>
  process.env.PACKAGE ? resolve(process.env.PACKAGE) : join(await release(), 'footfall.tgz');

describe(
  'the files of a release',
  { skip: skip || (process.env.PACKAGE && 'PACKAGE names a package') },
  () => {
    test('all have the version of package.json, and the checksums are right', async () => {
      const folder = await release();
      const read = async (file) => JSON.parse(await readFile(join(folder, file), 'utf8'));
      const { version, dependencies } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'));
      assert.equal((await read('openapi.json')).info.version, version);
      const { metadata, components } = await read('sbom.cdx.json');
      assert.equal(metadata.component.version, version);
      const names = components.map(({ group, name }) => (group ? `${group}/${name}` : name));
      for (const name of Object.keys(dependencies)) assert.ok(names.includes(name), name);
      assert.ok(!names.includes('jest'));
      await runProgram('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: folder });
      assert.match(
        await readFile(join(folder, 'SHA256SUMS'), 'utf8'),
        /footfall\.tgz\n[^]*openapi\.json\n[^]*sbom/,
      );
    });
  },
);

for (const { account, options, clone, installed } of accounts) {
  describe(account, { skip }, () => {
    test(`npm ci ${options}`, installed);
    test('the service starts, and keeps its count after kill -9', async () =>
      countAcrossRestart(await installed()));
    test('tests run', async () => {
      await (await installed()).run('npx jest tests/http/list.test.ts');
    });
    test('the npm package counts in an empty folder with its embedded PostgreSQL', async () => {
      const { createNeighbour } = await clone();
      const folder = await createNeighbour('empty');
      await folder.run(`npm install ${options} --no-audit --no-fund ${await findPackage()}`);
      assert.match((await folder.run('npx footfall --version')).stdout, /^\d+\.\d+\.\d+\n$/);
      await countAcrossRestart(folder, 'npx footfall serve');
      await folder.run('test -e .data/postgres');
    });
  });
}
