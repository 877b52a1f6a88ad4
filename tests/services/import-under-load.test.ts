import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importTotals } from '../../src/services/commands/transfer/import-totals';
import { undoImport } from '../../src/services/commands/transfer/undo-import';
import type { RunningService } from '../../src/lifecycle/start-service';
import { holdLocks } from '../support/hold-locks';
import { listFaults } from '../support/change-visitor';
import { databaseEnvironment } from '../support/database-environment';
import { runProgram, startProgram, type ProgramResult, type RunningProgram } from '../support/run-program';
import { recordBatch } from '../support/record-batch';
import { createStatementRunner } from '../../src/db/create-statement-runner';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { startServiceOn } from '../support/test-service';
import { findDrift, importText, onClient, someFile } from '../support/transfer';

let database: TestDatabase;
let service: RunningService;
beforeEach(async () => {
  database = await createTestDatabase();
  service = await startServiceOn(database);
  // Connects to the database first: on a busy machine many first requests at once would delay that too long.
  for (const path of ['-/health/ready', 'first', 'second']) await fetch(`${service.url}/${path}`);
  await fetch(`${service.url}/first`, { headers: { 'Idempotency-Key': 'first' } });
});
afterEach(async () => {
  await service.stop();
  await database.drop();
});

const visits = 100_000;
const names = 1000;

const heading = 'kind,username,visited_at,id,visits,source';

/** Visits to `file-0` to `file-999` in turn, after an opening balance of 5 for each tenth of them. */
function createLog(visits: number): string {
  const openings = Array.from({ length: names / 10 }, (_, name) => `opening,file-${name * 10},,1,5,old.csv`);
  const log = Array.from(
    { length: visits },
    (_, visit) => `visit,file-${visit % names},2026-01-01T00:00:00Z,,,`,
  );
  return [heading, ...openings, ...log].join('\n');
}

/** Imports a log in a process of its own, as an operator does. */
async function runImport(log: string): Promise<ProgramResult> {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-import-'));
  try {
    const file = join(folder, 'log.csv');
    writeFileSync(file, log);
    return await runProgram(
      'cli/footfall.js',
      ['visits', 'import', file],
      databaseEnvironment(database.name),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Visits names in turn until `stop`, with and without keys. Returns the numbers that each name got. */
function visitAllTheTime(nameOf: (turn: number) => string, clients: number) {
  const numbers = new Map<string, number[]>();
  const refused: unknown[] = [];
  let isOver = false;
  let turn = 0;
  const going = Array.from({ length: clients }, async (_, client) => {
    while (!isOver) {
      turn += 1;
      const name = nameOf(turn);
      const headers: Record<string, string> = client % 4 === 0 ? { 'Idempotency-Key': `key-${turn}` } : {};
      const response = await fetch(`${service.url}/${name}`, { headers });
      const body = (await response.json()) as { visits: number; detail?: string };
      if (response.status === 200) numbers.set(name, [...(numbers.get(name) ?? []), body.visits]);
      else refused.push([name, body.detail]);
    }
  });
  return {
    async stop() {
      isOver = true;
      await Promise.all(going);
      return { numbers, refused };
    },
  };
}

async function readTotals(): Promise<Map<string, number>> {
  const rows = await database.query<{ username: string; visits: string }>(
    'SELECT username, visits FROM visitors JOIN visit_totals ON visitor_id = id',
  );
  return new Map(rows.map((row) => [row.username, Number(row.visits)]));
}

it('refuses no visit while an import runs, and counts everything', async () => {
  // Half of the names of the file are known, and so are names that are not in it.
  const known = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`file-${index * 2}`, 1]));
  await recordBatch(createStatementRunner(database.sequelize), { ...known, other: 1 });
  // Known, in the file and new, and neither.
  const load = visitAllTheTime(
    (turn) => [`file-${turn % names}`, 'other', `new-${turn % 300}`, 'file-0'][turn % 4] ?? '',
    12,
  );
  const imported = await runImport(createLog(visits));
  const { numbers, refused } = await load.stop();

  expect(refused).toEqual([]);
  expect(imported).toMatchObject({ code: 0, stdout: expect.stringContaining(`imported ${visits} visits`) });
  expect(numbers.size).toBeGreaterThan(100);
  const totals = await readTotals();
  for (let index = 0; index < names; index += 1) {
    const name = `file-${index}`;
    const added = visits / names + (index % 10 === 0 ? 5 : 0);
    const asked = numbers.get(name)?.length ?? 0;
    expect([name, totals.get(name)]).toEqual([name, (known[name] ?? 0) + added + asked]);
  }
  for (const [name, given] of numbers) expect([name, new Set(given).size]).toEqual([name, given.length]);
  expect([...totals.keys()].filter((name) => name.startsWith('import-'))).toEqual([]);
  expect(await findDrift(database)).toEqual([]);
}, 180_000);

it('refuses no visit, even with a short deadline, while very many names are imported and undone', async () => {
  await service.stop();
  // A visit waits for a second at most.
  service = await startServiceOn(database, { ANSWER_TIMEOUT_MS: '2000', DB_STATEMENT_TIMEOUT_MS: '1000' });
  const many = 40_000;
  await database.query(
    `INSERT INTO visitors (username) SELECT 'file-' || n FROM generate_series(0, $1 / 2) AS n`,
    [many],
  );
  const text = Array.from({ length: many }, (_, index) => `file-${index},2026-01-01T00:00:00Z`);
  const load = visitAllTheTime((turn) => `file-${(turn * 7919) % many}`, 8);
  expect(await runImport(['username,visited_at', ...text].join('\n'))).toMatchObject({ code: 0 });
  expect(await onClient(database, (client) => undoImport(client, '1'))).toEqual({
    visits: many,
    balances: 0,
  });
  const { numbers, refused } = await load.stop();
  expect(refused).toEqual([]);
  const totals = await readTotals();
  expect(totals.size).toBe(many + 2);
  for (const [name, { length }] of numbers) expect([name, totals.get(name)]).toEqual([name, length]);
  expect(await findDrift(database)).toEqual([]);
}, 180_000);

it('restores a log into an empty database while new names are visited', async () => {
  await database.query('DELETE FROM visits; DELETE FROM visitors');
  const load = visitAllTheTime((turn) => `file-${turn % 2000}`, 4);
  const text = [
    heading,
    ...Array.from({ length: 5000 }, (_, index) => `visitor,file-${index},,${index + 1},,`),
    ...Array.from({ length: 20_000 }, (_, index) => `visit,file-${index % 5000},2026-01-01T00:00:00Z,,,`),
  ].join('\n');
  expect(await runImport(text)).toMatchObject({ code: 0 });
  const { numbers, refused } = await load.stop();
  expect(refused).toEqual([]);
  const totals = await readTotals();
  for (let index = 0; index < 5000; index += 1) {
    const name = `file-${index}`;
    expect([name, totals.get(name)]).toEqual([name, 4 + (numbers.get(name)?.length ?? 0)]);
  }
  expect(await findDrift(database)).toEqual([]);
});

it('gives new names their ids in the order of the file', async () => {
  await importText(
    database,
    'csv',
    'username,visited_at\nzoe,2026-01-01T00:00:00Z\nanna,2026-01-01T00:00:00Z\n',
  );
  expect(await database.query('SELECT id, username FROM visitors WHERE id > 2 ORDER BY id')).toEqual([
    { id: '3', username: 'zoe' },
    { id: '4', username: 'anna' },
  ]);
});

/** Ends a process as soon as an import in the database fulfils the condition. Its parts then take longer, to be in time. */
async function killWhen(program: () => RunningProgram, condition: string): Promise<void> {
  await database.query(`
    CREATE OR REPLACE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (SELECT FROM (SELECT NEW.*) AS part WHERE ${condition}) THEN PERFORM pg_sleep(0.3); END IF;
        RETURN NEW;
      END $$;
    CREATE TRIGGER pause BEFORE UPDATE ON balance_imports FOR EACH ROW EXECUTE FUNCTION pause()`);
  const { child, result, output } = program();
  while ((await database.query(`SELECT FROM balance_imports WHERE ${condition}`)).length === 0) {
    if (child.exitCode !== null) throw new Error(`ended too soon: ${output()}`);
  }
  child.kill('SIGKILL');
  await result;
  await database.query('DROP TRIGGER pause ON balance_imports');
}

it('goes on with an import and an undo that were killed, while names of the file are visited', async () => {
  const known = { 'file-0': 1, 'file-1': 1 };
  await recordBatch(createStatementRunner(database.sequelize), known);
  const load = visitAllTheTime((turn) => `file-${turn % 4}`, 4);
  const folder = mkdtempSync(join(tmpdir(), 'footfall-import-'));
  const visits = (...args: string[]): RunningProgram =>
    startProgram('cli/footfall.js', ['visits', ...args], databaseEnvironment(database.name));
  try {
    const file = join(folder, 'log.csv');
    writeFileSync(file, createLog(20_000));
    for (const lines of [1, 8000, 14_000]) {
      await killWhen(() => visits('import', file), `added_lines > ${lines}`);
      expect((await visits('imports').result).stdout).toMatch(
        /\(stopped: \d+ of 20100 lines; import the file again/,
      );
      expect(await findDrift(database)).toEqual([]);
    }
    expect(await visits('import', file).result).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('import 2:'),
    });
    expect(await visits('import', file).result).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('imported at'),
    });
    const before = await readTotals();
    expect(before.get('file-10')).toBe(25);
    for (const left of [20_000, 10_000]) {
      await killWhen(() => visits('undo-import', '2'), `state = 'undoing' AND appended_visits < ${left}`);
      expect((await visits('imports').result).stdout).toContain('(half undone: ');
      expect(await findDrift(database)).toEqual([]);
    }
    expect(await visits('undo-import', '2').result).toMatchObject({ code: 0 });
    expect((await visits('imports').result).stdout).toBe('there are no imports\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
  const { numbers, refused } = await load.stop();
  expect(refused).toEqual([]);
  const totals = await readTotals();
  for (const [name, { length }] of numbers) {
    expect([name, totals.get(name)]).toEqual([name, length + (name in known ? 1 : 0)]);
  }
  expect(totals.get('file-10')).toBe(0);
  expect(await listFaults(database)).toEqual([]);
}, 180_000);

const lockB = `SELECT FROM visit_totals JOIN visitors ON id = visitor_id WHERE username = 'b' FOR UPDATE OF visit_totals`;

it('waits for a locked name without holding the others', async () => {
  await recordBatch(createStatementRunner(database.sequelize), { a: 1, b: 1, c: 1 });
  const locks = await holdLocks(database, lockB);
  const load = visitAllTheTime((turn) => (turn % 2 === 0 ? 'a' : 'c'), 4);
  const records = async function* (): AsyncGenerator<{ line: number; username: string; visits: string }> {
    for (const [index, username] of ['a', 'b', 'c', 'd'].entries()) {
      yield await Promise.resolve({ line: index + 1, username, visits: '100' });
    }
  };
  const importing = onClient(database, (client) => importTotals(client, records(), someFile));
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect((await load.stop()).refused).toEqual([]);
  await locks.release();
  const { importId } = await importing;
  expect((await readTotals()).get('b')).toBe(101);

  const again = await holdLocks(database, lockB);
  const undoing = onClient(database, (client) => undoImport(client, importId ?? ''));
  const late = visitAllTheTime((turn) => (turn % 2 === 0 ? 'a' : 'c'), 4);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect((await late.stop()).refused).toEqual([]);
  await again.release();
  expect(await undoing).toEqual({ visits: 0, balances: 4 });
  expect((await readTotals()).get('b')).toBe(1);
  expect(await findDrift(database)).toEqual([]);
});
