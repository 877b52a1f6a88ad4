import { importLog } from '../../src/services/commands/transfer/import-log';
import { importTotals, undoImport } from '../../src/services/commands/transfer/import-totals';
import type { TransferRecord } from '../../src/services/commands/transfer/transfer-record';
import type { RunningService } from '../../src/lifecycle/start-service';
import { holdLocks } from '../support/hold-locks';
import { recordBatch } from '../support/record-batch';
import { createStatementRunner } from '../../src/db/create-statement-runner';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { startServiceOn } from '../support/test-service';
import { findDrift, importText, onClient } from '../support/transfer';

let database: TestDatabase;
let service: RunningService;
beforeEach(async () => {
  database = await createTestDatabase();
  service = await startServiceOn(database);
});
afterEach(async () => {
  await service.stop();
  await database.drop();
});

const visits = 400_000;
const names = 1000;

/** Visits to `file-0` to `file-999` in turn, after an opening balance of 5 for each tenth of them. */
async function* createLog(): AsyncGenerator<TransferRecord> {
  let line = 0;
  for (let name = 0; name < names; name += 10) {
    line += 1;
    yield { line, kind: 'opening', username: `file-${name}`, visits: '5', id: '1', source: 'old.csv' };
  }
  for (let visit = 0; visit < visits; visit += 1) {
    line += 1;
    const visitedAt = '2026-01-01T00:00:00.000001Z';
    yield await Promise.resolve({ line, kind: 'visit', username: `file-${visit % names}`, visitedAt });
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
      const body = (await response.json()) as { visits: number };
      if (response.status === 200) numbers.set(name, [...(numbers.get(name) ?? []), body.visits]);
      else refused.push(body);
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
  const imported = await onClient(database, (client) => importLog(client, createLog()));
  const { numbers, refused } = await load.stop();

  expect(refused).toEqual([]);
  expect(imported).toMatchObject({ visits, lines: visits + names / 10 });
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

it('restores a log into an empty database while new names are visited', async () => {
  const load = visitAllTheTime((turn) => `file-${turn % 2000}`, 4);
  const text = [
    'kind,username,visited_at,id,visits,source',
    ...Array.from({ length: 5000 }, (_, index) => `visitor,file-${index},,${index + 1},,`),
    ...Array.from({ length: 20_000 }, (_, index) => `visit,file-${index % 5000},2026-01-01T00:00:00Z,,,`),
  ].join('\n');
  await importText(database, 'csv', text);
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
  expect(await database.query('SELECT id, username FROM visitors ORDER BY id')).toEqual([
    { id: '1', username: 'zoe' },
    { id: '2', username: 'anna' },
  ]);
});

it('leaves nothing when the session of an import is ended', async () => {
  await recordBatch(createStatementRunner(database.sequelize), { 'file-0': 1 });
  const ended = onClient(database, async (client) => {
    client.on('error', () => undefined);
    await importLog(client, createLog(), () => {
      // While visits are being inserted.
      setTimeout(() => {
        void database.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND query LIKE '%INSERT INTO visits (visitor_id, visited_at)%'
             AND pid <> pg_backend_pid()`,
        );
      }, 1500);
    });
  }).catch((error: unknown) => error);
  expect(await ended).toBeInstanceOf(Error);
  expect(
    await database.query('SELECT username, visits FROM visitors JOIN visit_totals ON visitor_id = id'),
  ).toEqual([{ username: 'file-0', visits: '1' }]);
  expect(await database.query('SELECT count(*)::int AS visits FROM visits')).toEqual([{ visits: 1 }]);
  expect(await database.query('SELECT FROM balance_imports')).toEqual([]);
}, 180_000);

it('waits for a locked name without holding the others', async () => {
  await recordBatch(createStatementRunner(database.sequelize), { a: 1, b: 1, c: 1 });
  const locks = await holdLocks(database, 'SELECT FROM visit_totals WHERE visitor_id = 2 FOR UPDATE');
  const load = visitAllTheTime((turn) => (turn % 2 === 0 ? 'a' : 'c'), 4);
  const records = async function* (): AsyncGenerator<{ line: number; username: string; visits: string }> {
    for (const [index, username] of ['a', 'b', 'c', 'd'].entries()) {
      yield await Promise.resolve({ line: index + 1, username, visits: '100' });
    }
  };
  const importing = onClient(database, (client) => importTotals(client, 'old.csv', records()));
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect((await load.stop()).refused).toEqual([]);
  await locks.release();
  const { importId } = await importing;
  expect((await readTotals()).get('b')).toBe(101);

  const again = await holdLocks(database, 'SELECT FROM visit_totals WHERE visitor_id = 2 FOR UPDATE');
  const undoing = onClient(database, (client) => undoImport(client, importId));
  const late = visitAllTheTime((turn) => (turn % 2 === 0 ? 'a' : 'c'), 4);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect((await late.stop()).refused).toEqual([]);
  await again.release();
  expect(await undoing).toBe(4);
  expect((await readTotals()).get('b')).toBe(1);
  expect(await findDrift(database)).toEqual([]);
});
