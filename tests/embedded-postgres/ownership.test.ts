import { once } from 'node:events';
import { join } from 'node:path';
import type { EmbeddedPostgresOptions } from '../../src/embedded-postgres/options';
import { createProject } from './support/project';
import { query } from './support/query';
import { runStarter, type Starter } from './support/run-starter';
import {
  createScratchFolder,
  isPostgres,
  listRemains,
  readPostmasterPid,
  removeScratchFolder,
} from './support/scratch';

// First starts are limited by the disk, which other programs may be using.
jest.setTimeout(60_000);

const scratch = createScratchFolder();
const dataDirectory = join(scratch, 'data');
const starters: Starter[] = [];

function run(claim: EmbeddedPostgresOptions['claim']): Starter {
  const starter = runStarter(scratch, { dataDirectory, database: 'visits', claim });
  starters.push(starter);
  return starter;
}

async function kill(starter: Starter): Promise<void> {
  starter.child.kill('SIGKILL');
  await once(starter.child, 'exit');
}

beforeAll(() => createProject(scratch));

afterEach(async () => {
  for (const starter of starters.splice(0)) await starter.finish();
});

afterAll(() => removeScratchFolder(scratch));

describe('processes that open the same data directory', () => {
  it('race for an empty one with exclusive claims: the loser is told the process id of the winner', async () => {
    const rivals = [run('exclusive'), run('exclusive')];
    const answers = await Promise.all(rivals.map((rival) => rival.answer));
    const winner = answers.findIndex((answer) => answer.started);
    const loser = answers[1 - winner];
    expect(loser).toMatchObject({ error: 'DataInUseError' });
    expect(loser?.message).toContain(`process ${rivals[winner]?.child.pid}:`);
    expect(listRemains(dataDirectory)).toEqual([]);
  });

  it('race with shared claims: one starts the server and the others join it', async () => {
    const answers = await Promise.all(
      [run('shared'), run('shared'), run('shared')].map((rival) => rival.answer),
    );
    expect(answers.filter((answer) => answer.started)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.port)).size).toBe(1);
  });

  it('exit after stop and leave no server running', async () => {
    const starter = run('exclusive');
    await starter.answer;
    const pid = readPostmasterPid(dataDirectory)!;
    expect(isPostgres(pid)).toBe(true);
    expect(await starter.finish()).toBe(0);
    expect(isPostgres(pid)).toBe(false);
  });

  it('replace the server of a killed owner, with all committed data', async () => {
    const killed = run('exclusive');
    const first = await killed.answer;
    await query(first, 'CREATE TABLE committed AS SELECT 1 AS one');
    const orphan = readPostmasterPid(dataDirectory)!;
    await kill(killed);
    expect(isPostgres(orphan)).toBe(true);
    const next = await run('exclusive').answer;
    expect(next).toMatchObject({ started: true });
    expect(isPostgres(orphan)).toBe(false);
    expect(await query(next, 'SELECT one FROM committed')).toEqual([{ one: 1 }]);
  });

  it('take over from a killed owner with a shared claim, and stop the server afterwards', async () => {
    const killed = run('exclusive');
    await killed.answer;
    await kill(killed);
    const command = run('shared');
    expect(await command.answer).toMatchObject({ started: true });
    await command.finish();
    expect(readPostmasterPid(dataDirectory)).toBeUndefined();
  });

  it('recover from a first start that was killed at any moment', async () => {
    const folder = join(scratch, 'interrupted');
    const options = { dataDirectory: folder, database: 'visits', claim: 'exclusive' as const };
    for (const delay of [150, 450, 900]) {
      const hasty = runStarter(scratch, options);
      hasty.answer.catch(() => undefined);
      await new Promise((done) => setTimeout(done, delay));
      await kill(hasty);
    }
    const patient = runStarter(scratch, options);
    expect(await patient.answer).toMatchObject({ started: true });
    await patient.finish();
  });
});
