import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { canTraverse, findDatabaseAccount, systemFolder } from '../../src/embedded-postgres/account';
import { locateBinaries } from '../../src/embedded-postgres/binaries';
import { createProjectWithPackages } from './support/project';
import { query } from './support/query';
import { runStarter } from './support/run-starter';
import { createId, createScratchFolder, listRemains, removeScratchFolder } from './support/scratch';

// These tests start processes as another user, which only root may do.
const asRoot = process.getuid?.() === 0 ? it : it.skip;

const version = `${locateBinaries().version}-test-${createId()}`;
// Copies and first starts are limited by the disk, which other programs may be using.
jest.setTimeout(60_000);

const scratch = createScratchFolder();
const project = join(scratch, 'app');
const dataDirectory = join(project, 'data');

beforeAll(() => {
  if (process.getuid?.() === 0) createProjectWithPackages(project, version);
});

afterAll(() => removeScratchFolder(scratch));

/** Other test runs on this machine may have clusters there. */
function removeIfEmpty(folder: string): void {
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

describe('a project without the links of its PostgreSQL package', () => {
  asRoot(
    'runs in a home that only root may enter, with binaries and data outside it (root only)',
    async () => {
      const copy = join(systemFolder, `embedded-postgres-${process.platform}-${process.arch}-${version}`);
      chmodSync(project, 0o700);
      try {
        const options = { dataDirectory, database: 'visits', claim: 'exclusive' as const };
        const first = runStarter(project, options);
        await query(await first.answer, 'CREATE TABLE kept AS SELECT 1 AS one');
        await first.finish();
        const second = runStarter(project, options);
        expect(await query(await second.answer, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
        await second.finish();

        const cluster = realpathSync(join(dataDirectory, 'postgres'));
        expect(lstatSync(join(dataDirectory, 'postgres')).isSymbolicLink()).toBe(true);
        expect(dirname(cluster)).toBe(systemFolder);
        expect(statSync(copy).uid).toBe(0);
        expect(statSync(join(copy, 'native/bin/postgres')).mode & 0o777).toBe(0o755);
        expect(statSync(join(dataDirectory, 'password')).mode & 0o777).toBe(0o600);
        expect(existsSync(`${cluster}.password`)).toBe(false);
        expect(listRemains(dataDirectory)).toEqual([]);
      } finally {
        removeScratchFolder(dataDirectory, dataDirectory);
        rmSync(copy, { recursive: true, force: true });
        removeIfEmpty(systemFolder);
        chmodSync(project, 0o755);
      }
    },
  );

  asRoot('runs as a user who cannot write to node_modules (root only)', async () => {
    const account = (await findDatabaseAccount(undefined))!;
    if (!(await canTraverse(dirname(process.execPath), account))) {
      console.warn(`Skipped: user ${account.uid} cannot run ${process.execPath}.`);
      return;
    }
    const home = join(scratch, 'home');
    mkdirSync(home);
    chownSync(home, account.uid, account.gid);
    const own = join(home, 'data');
    const starter = runStarter(
      project,
      { dataDirectory: own, database: 'visits', claim: 'exclusive' },
      account,
    );
    const server = await starter.answer;
    expect(await query(server, 'SELECT current_user AS name')).toEqual([{ name: 'footfall' }]);
    await starter.finish();
    expect(lstatSync(join(own, 'postgres')).isDirectory()).toBe(true);
    expect(
      existsSync(join(own, 'runtime', `embedded-postgres-${process.platform}-${process.arch}-${version}`)),
    ).toBe(true);

    // Root opens the same data as the user who owns it, so that user can still open it afterwards.
    const root = runStarter(project, { dataDirectory: own, database: 'visits', claim: 'shared' });
    expect(await root.answer).toMatchObject({ started: true });
    await root.finish();
    expect(statSync(join(own, 'postgres', 'PG_VERSION')).uid).toBe(account.uid);
  });
});
