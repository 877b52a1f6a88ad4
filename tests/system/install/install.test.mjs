/**
 * Runs the commands of the README in new clones, and the npm package in empty folders: as root in a home folder that
 * others cannot enter, without install scripts, and as an ordinary user: `npm run test:install`. Needs root, which
 * creates and removes the user, and git.
 */
import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createSharedResources } from '../support/shared-resources.mjs';
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
  return { account, options, installed };
});
const tarballs = share(
  'the folder of the package',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'footfall-package-'));
    await chmod(folder, 0o755);
    return folder;
  },
  (folder) => rm(folder, { recursive: true }),
);
const tarball = share('npm pack', async () => {
  const { run } = await accounts[0].installed();
  const { stdout } = await run(`npm pack --silent --pack-destination ${await tarballs()}`);
  return join(await tarballs(), stdout.trim().split('\n').at(-1));
});

for (const { account, options, installed } of accounts) {
  describe(account, { skip }, () => {
    test(`npm ci ${options}`, installed);
    test('the service starts, and keeps its count after kill -9', async () =>
      countAcrossRestart(await installed()));
    test('tests run', async () => {
      await (await installed()).run('npx jest tests/http/list.test.ts');
    });
    test('the npm package counts in an empty folder with its embedded PostgreSQL', async () => {
      const { createNeighbour } = await installed();
      const folder = await createNeighbour('empty');
      await folder.run(`npm install ${options} --no-audit --no-fund ${await tarball()}`);
      assert.match((await folder.run('npx footfall --version')).stdout, /^\d+\.\d+\.\d+\n$/);
      await countAcrossRestart(folder, 'npx footfall serve');
      await folder.run('test -e .data/postgres');
    });
  });
}
