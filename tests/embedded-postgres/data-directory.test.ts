import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { canTraverse } from '../../src/embedded-postgres/can-traverse';
import { findCluster } from '../../src/embedded-postgres/find-cluster';
import { holdStartLock } from '../../src/embedded-postgres/hold-start-lock';
import { loadPassword } from '../../src/embedded-postgres/data-directory';
import { createScratchFolder } from './support/scratch';

const folder = createScratchFolder();

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a data directory', () => {
  it('has no cluster until there is one', async () => {
    await expect(findCluster(folder)).resolves.toBeUndefined();
  });

  it('whose cluster is a link to nowhere is an error, not a fresh start', async () => {
    symlinkSync(join(folder, 'gone'), join(folder, 'postgres'));
    await expect(findCluster(folder)).rejects.toThrow(/folder that is gone.*restore that folder/s);
  });

  it('keeps one password, readable by its user alone', async () => {
    const first = await loadPassword(folder, false);
    expect(await loadPassword(folder, true)).toBe(first);
    expect(first).toMatch(/^[\w-]{32}$/);
    expect(statSync(join(folder, 'password')).mode & 0o777).toBe(0o600);
  });

  it('does not get a new password when the old one is lost', async () => {
    rmSync(join(folder, 'password'));
    await expect(loadPassword(folder, true)).rejects.toThrow(/password is missing.*put the file back/s);
  });

  it('is started by one holder of its lock at a time', async () => {
    const release = await holdStartLock(folder);
    let isHeldTwice = false;
    const second = holdStartLock(folder).then((done) => {
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
  it('asks every folder above for the x bit of the class the account falls in', async () => {
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
