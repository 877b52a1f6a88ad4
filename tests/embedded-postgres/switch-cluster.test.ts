import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { finishSwitch, switchCluster } from '../../src/embedded-postgres/switch-cluster';
import { createScratchFolder } from './support/scratch';

let folder: string;
beforeEach(() => {
  folder = createScratchFolder();
  createCluster('postgres', 'old');
  createCluster('upgrade-18/postgres', 'new');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function createCluster(name: string, content: string): void {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, 'PG_VERSION'), content);
}

const read = (name: string): string => readFileSync(join(folder, name, 'PG_VERSION'), 'utf8');
const list = (): string[] => readdirSync(folder).filter((name) => name.startsWith('postgres'));

it('replaces the cluster and keeps the old one', async () => {
  await switchCluster(folder, join(folder, 'upgrade-18/postgres'), 'postgres.17');
  expect([read('postgres'), read('postgres.17')]).toEqual(['new', 'old']);
  expect(list()).toEqual(['postgres', 'postgres.17']);
});

it('is completed after an interruption between the two renames', async () => {
  renameSync(join(folder, 'upgrade-18/postgres'), join(folder, 'postgres.upgraded'));
  renameSync(join(folder, 'postgres'), join(folder, 'postgres.17'));
  await finishSwitch(folder);
  expect([read('postgres'), read('postgres.17')]).toEqual(['new', 'old']);
  expect(list()).toEqual(['postgres', 'postgres.17']);
});

it('is undone after an interruption before the first rename', async () => {
  renameSync(join(folder, 'upgrade-18/postgres'), join(folder, 'postgres.upgraded'));
  await finishSwitch(folder);
  expect(read('postgres')).toBe('old');
  expect(list()).toEqual(['postgres']);
});
