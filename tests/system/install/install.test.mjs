/**
 * Runs the commands of the README in new clones: as root in a home folder that others cannot enter, without install
 * scripts, and as an ordinary user: `npm run test:install`. Needs root, which creates and removes the user, and git.
 */
import { after, describe, test } from 'node:test';
import { createSharedResources } from '../support/shared-resources.mjs';
import { countAcrossRestart } from './count-across-restart.mjs';
import { createRootClone, createUserClone } from './create-clones.mjs';

const skip = process.getuid() !== 0 && 'only root can create a user';
const { share, removeAll } = createSharedResources();
after(removeAll);

for (const [account, createClone, install] of [
  ['root in a closed home', createRootClone, 'npm ci --ignore-scripts --no-progress'],
  ['an ordinary user', createUserClone, 'npm ci --no-progress'],
]) {
  const clone = share(`the clone of ${account}`, createClone, ({ remove }) => remove());
  const installed = share(install, async () => {
    await (await clone()).run(install);
    return clone();
  });

  describe(account, { skip }, () => {
    test(install, installed);
    test('the service starts, and keeps its count after kill -9', async () =>
      countAcrossRestart(await installed()));
    test('tests run', async () => {
      await (await installed()).run('npx jest tests/http/list.test.ts');
    });
  });
}
