import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canTraverse } from '../../src/embedded-postgres/account';
import { checkMajorVersion, findCluster, loadPassword } from '../../src/embedded-postgres/data-directory';
import { DataDirectoryError } from '../../src/embedded-postgres/errors';
import { takeStartLock } from '../../src/embedded-postgres/ownership';
import { runProgram } from '../support/run-program';
import { createScratchFolder } from './support/scratch';

const folder = createScratchFolder();

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a data directory', () => {
  it('has no cluster at first', async () => {
    await expect(findCluster(folder)).resolves.toBeUndefined();
  });

  it('is refused if its cluster is a broken link', async () => {
    symlinkSync(join(folder, 'gone'), join(folder, 'postgres'));
    await expect(findCluster(folder)).rejects.toThrow(/folder that does not exist.*restore that folder/);
  });

  it('keeps its password, readable by its user only', async () => {
    const first = await loadPassword(folder, false);
    expect(await loadPassword(folder, true)).toBe(first);
    expect(first).toMatch(/^[\w-]{32}$/);
    expect(statSync(join(folder, 'password')).mode & 0o777).toBe(0o600);
  });

  it('is refused if the password of its cluster is lost', async () => {
    rmSync(join(folder, 'password'));
    await expect(loadPassword(folder, true)).rejects.toThrow(/password is missing.*restore the file/);
  });

  it('is refused if another major version of PostgreSQL made its cluster', async () => {
    writeFileSync(join(folder, 'PG_VERSION'), '17\n');
    await expect(checkMajorVersion(folder, '18.4.0-beta.17')).rejects.toThrow(DataDirectoryError);
    await expect(checkMajorVersion(folder, '17.10.0')).resolves.toBeUndefined();
  });

  it('of another major version ends the service with one line that names the command', async () => {
    const old = join(folder, 'old');
    mkdirSync(join(old, 'postgres'), { recursive: true });
    writeFileSync(join(old, 'postgres', 'PG_VERSION'), '13\n');
    writeFileSync(join(old, 'password'), 'secret\n');
    const { code, stderr } = await runProgram('main.js', [], { DATA_DIR: old, PORT: '0' });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^footfall: The database in .* was made by PostgreSQL 13, .*: run "footfall database upgrade", .*\n$/,
    );
  });

  it('has a start lock with one holder at a time', async () => {
    const release = await takeStartLock(folder);
    let isHeldTwice = false;
    const second = takeStartLock(folder).then((done) => {
      isHeldTwice = true;
      return done;
    });
    await new Promise((done) => setTimeout(done, 100));
    expect(isHeldTwice).toBe(false);
    await release();
    await (
      await second
    )();
  });
});

describe('canTraverse', () => {
  it('requires the x bit of the matching class on every folder of the path', async () => {
    const deep = join(folder, 'a', 'b');
    mkdirSync(deep, { recursive: true });
    const { uid, gid } = statSync(deep);
    const stranger = { uid: uid + 1, gid: gid + 1 };
    await expect(canTraverse(deep, stranger)).resolves.toBe(true);
    chmodSync(join(folder, 'a'), 0o700);
    await expect(canTraverse(deep, stranger)).resolves.toBe(false);
    await expect(canTraverse(deep, { uid, gid })).resolves.toBe(true);
    chmodSync(join(folder, 'a'), 0o701);
    await expect(canTraverse(deep, { uid: uid + 1, gid })).resolves.toBe(false);
    chmodSync(join(folder, 'a'), 0o755);
  });
});
