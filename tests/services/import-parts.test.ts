import { undoImport, type UndoRun } from '../../src/services/commands/transfer/undo-import';
import { createStatementRunner } from '../../src/db/create-statement-runner';
import { catchUp } from '../../src/services/commands/rolling/catch-up';
import { listImports } from '../../src/services/queries/list-imports';
import { addMiscountedNames, countScannedRows } from '../support/add-miscounted-names';
import { changeVisitor, listFaults } from '../support/change-visitor';
import { endAfter } from '../support/end-after';
import { createRetirePart } from '../../src/services/commands/retiring/retire-visits';
import { recordBatch } from '../support/record-batch';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { importText, importTotalsText, onClient } from '../support/transfer';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const once = { isAgain: false };
const run = (visits: Record<string, number>) =>
  recordBatch(createStatementRunner(database.sequelize), visits);
const undo = (id: string, how: UndoRun = endAfter(Infinity)) =>
  onClient(database, (client) => undoImport(client, id, how));

const list = () => onClient(database, listImports);

async function readTotals(): Promise<Record<string, number>> {
  const rows = await database.query<{ username: string; visits: number }>(
    'SELECT username, visits::int FROM visitors JOIN visit_totals ON visitor_id = id ORDER BY username',
  );
  return Object.fromEntries(rows.map(({ username, visits }) => [username, visits]));
}

const lines = [
  'kind,username,visited_at,id,visits,source',
  'visitor,a,,5,,',
  'visitor,b,,7,,',
  'opening,a,,1,40,old.csv',
  'opening,c,,1,2,old.csv',
  'opening,a,,2,100,older.csv',
  ...['a', 'b', 'a', 'd', 'a', 'b'].map((name, hour) => `visit,${name},2026-01-01T0${hour}:00:00Z,,,`),
];
const log = lines.join('\n');
const ofLog = { a: 143, b: 2, c: 2, d: 1 };

it('goes on where an import was interrupted, at any of its parts', async () => {
  for (let parts = 1; parts < 6; parts += 1) {
    await expect(importText(database, 'csv', log, once, endAfter(parts))).rejects.toThrow('ended');
    const [stopped] = await list();
    expect(stopped).toMatchObject({
      state: 'adding',
      isRunning: false,
      lines: '11',
      addedLines: `${parts * 2}`,
    });
    expect(await listFaults(database)).toEqual([]);
    // Another import between does not stop it.
    await importTotalsText(database, `z-${parts},1\n`);
    const { importId } = await importText(database, 'csv', log, once);
    expect(importId).toBe(stopped?.id);
    expect(await readTotals()).toMatchObject(ofLog);
    expect((await list())[0]).toMatchObject({ state: 'complete', visits: '6', names: '2', balances: '142' });
    expect(await listFaults(database)).toEqual([]);
    await undo(importId ?? '');
    for (const { id } of await list()) await undo(id);
    expect(new Set(Object.values(await readTotals()))).toEqual(new Set([0]));
  }
});

it('keeps the ids of a restored file over an interruption', async () => {
  await expect(importText(database, 'csv', log, once, endAfter(1))).rejects.toThrow('ended');
  await run({ meanwhile: 1 });
  await importText(database, 'csv', log, once);
  expect(await database.query('SELECT id, username FROM visitors ORDER BY id')).toEqual([
    { id: '5', username: 'a' },
    { id: '7', username: 'b' },
    { id: '8', username: 'meanwhile' },
    { id: '9', username: 'c' },
    { id: '10', username: 'd' },
  ]);
});

it('undoes an interrupted import, and goes on with an interrupted undo', async () => {
  await run({ a: 1, other: 2 });
  for (const [added, removed] of [
    [1, 1],
    [4, 1],
    [5, 2],
    [5, 4],
  ] as const) {
    await expect(importText(database, 'csv', log, once, endAfter(added))).rejects.toThrow('ended');
    const [{ id } = { id: '' }] = await list();
    const undone = undo(id, endAfter(removed));
    // The first part adds names only.
    if (added === 1) expect(await undone).toEqual({ visits: 0, balances: 0 });
    else {
      await expect(undone).rejects.toThrow('ended');
      expect(await list()).toMatchObject([{ id, state: 'undoing', isRunning: false }]);
      expect(await listFaults(database)).toEqual([]);
      await expect(importText(database, 'csv', log)).rejects.toThrow(`footfall visits undo-import ${id}`);
      expect(await undo(id)).toBeDefined();
    }
    expect(await list()).toEqual([]);
    expect(await readTotals()).toMatchObject({ a: 1, other: 2 });
    expect(await listFaults(database)).toEqual([]);
  }
});

it('removes exactly the visits of one import, rolled up or not', async () => {
  const text = (hour: number): string =>
    `username,visited_at\na,2026-01-01T0${hour}:00:00Z\nb,2026-01-01T00:00:00Z\n`;
  const first = await importText(database, 'csv', text(1), once);
  await run({ a: 3, b: 1 });
  await catchUp(createStatementRunner(database.sequelize));
  const second = await importText(database, 'csv', text(2), once);
  expect(await undo(first.importId ?? '')).toEqual({ visits: 2, balances: 0 });
  expect(await listFaults(database)).toEqual([]);
  expect(await readTotals()).toEqual({ a: 4, b: 2 });
  const times = `SELECT visited_at FROM visits WHERE visited_at < '2026-01-02' ORDER BY visited_at`;
  expect(await database.query(times)).toEqual([
    { visited_at: new Date('2026-01-01T00:00:00Z') },
    { visited_at: new Date('2026-01-01T02:00:00Z') },
  ]);
  // The next number follows the present one.
  expect((await run({ a: 1 })).get('a')).toMatchObject({ first: 5 });
  await undo(second.importId ?? '');
  expect(await readTotals()).toEqual({ a: 4, b: 1 });
  expect(await listFaults(database)).toEqual([]);
});

it('refuses lines that were imported before, in any format, unless told to', async () => {
  const csv = 'username,visited_at\na,2026-01-01T00:00:00Z\nb,2026-01-02T00:00:00Z\n';
  const ndjson =
    '{"visited_at":"2026-01-01T00:00:00Z","username":"a"}\n\n{"username":"b","visited_at":"2026-01-02T00:00:00Z"}';
  const { importId } = await importText(database, 'csv', csv, once);
  for (const [format, text] of [
    ['csv', csv],
    ['csv', csv.replaceAll('\n', '\r\n')],
    ['ndjson', ndjson],
  ] as const) {
    await expect(importText(database, format, text, once)).rejects.toThrow(
      `as import ${importId}, and nothing was imported now; add --again`,
    );
  }
  expect(await readTotals()).toEqual({ a: 1, b: 1 });
  // Other lines, or the same in another order, are another file.
  await importText(database, 'csv', csv.replace('b', 'c'), once);
  expect(await importText(database, 'csv', csv)).toMatchObject({ importId: '3' });
  expect(await readTotals()).toEqual({ a: 3, b: 2, c: 1 });
  await undo('1');
  await expect(importText(database, 'csv', csv, once)).rejects.toThrow('as import 3');
  await undo('3');
  expect(await importText(database, 'csv', csv, once)).toMatchObject({ importId: '4' });
});

it('undoes an import after its names were renamed, merged and erased', async () => {
  await run({ a: 1, into: 1 });
  const { importId = '' } = await importText(database, 'csv', log, once);
  await changeVisitor(database, { act: 'rename', username: 'a', newName: 'new' });
  await changeVisitor(database, { act: 'merge', username: 'b', newName: 'into' });
  await changeVisitor(database, { act: 'erase', username: 'd' });
  await changeVisitor(database, { act: 'erase', username: 'c' });
  expect(await readTotals()).toEqual({ new: 144, into: 3 });
  expect(await undo(importId)).toEqual({ visits: 5, balances: 2 });
  expect(await readTotals()).toEqual({ new: 1, into: 1 });
  expect(await listFaults(database)).toEqual([]);
});

it('refuses to undo an import whose visits are no longer in the log', async () => {
  const { importId = '' } = await importText(database, 'csv', log, once);
  const before = await readTotals();
  // As retaining does: the oldest visits become a balance.
  await database.query(`
    BEGIN;
    DELETE FROM visits WHERE id <= 2;
    INSERT INTO balance_imports (source) VALUES ('retired');
    SET LOCAL footfall.totals = 'by import';
    INSERT INTO opening_balances SELECT max(balance_imports.id), visitors.id, 1
      FROM balance_imports, visitors WHERE username IN ('a', 'b') GROUP BY visitors.id;
    COMMIT`);
  await expect(undo(importId)).rejects.toThrow(/^2 of the 6 visits of import \d+ are no longer in the log/);
  expect(await readTotals()).toEqual(before);
  expect(await list()).toMatchObject([{ id: importId, state: 'complete' }, {}]);
});

it('retires nothing while an undo is interrupted, so that it can go on', async () => {
  const createRun = createStatementRunner(database.sequelize);
  const { importId = '' } = await importText(database, 'csv', log, once);
  await catchUp(createRun);
  await expect(undo(importId, endAfter(1))).rejects.toThrow('ended');
  const retire = createRetirePart(createRun, 3);
  expect(await retire()).toBe(false);
  expect(await database.query('SELECT FROM retired_visits')).toEqual([]);
  await undo(importId);
  await importText(database, 'csv', log, once);
  await catchUp(createRun);
  while (await retire());
  expect(await readTotals()).toMatchObject(ofLog);
  expect(await database.query('SELECT sum(visits)::int AS visits FROM retired_visits')).toEqual([
    { visits: 6 },
  ]);
  expect(await listFaults(database)).toEqual([]);
  // The month is done, so a visit that is added to it waits for the next one.
  await importText(database, 'csv', 'username,visited_at\na,2026-01-02T00:00:00Z\n', once);
  await catchUp(createRun);
  expect(await retire()).toBe(false);
  expect(await database.query('SELECT FROM visits')).toHaveLength(1);
});

it('does not let two processes work at one import', async () => {
  const { importId = '' } = await importText(database, 'csv', log, once, {
    ...endAfter(Infinity),
    onStart: async ({ id }) => {
      await expect(importText(database, 'csv', log)).rejects.toThrow(`another process works at import ${id}`);
      await expect(undo(id)).rejects.toThrow(`another process works at import ${id}`);
      expect(await list()).toMatchObject([{ id, isRunning: true, addedLines: '0' }]);
    },
  });
  expect(await list()).toMatchObject([{ id: importId, isRunning: false, importedBy: 'test' }]);
  expect(await readTotals()).toEqual(ofLog);
});

it('looks up names by index, also if a vacuum passed while most of them were being added', async () => {
  const names = (await addMiscountedNames(database, 20_000)).slice(-200);
  const before = await countScannedRows(database);
  const text = ['username,visited_at', ...names.map((name) => `${name},2026-01-01T00:00:00Z`)];
  expect(await importText(database, 'csv', text.join('\n'))).toMatchObject({ visits: 200 });
  expect((await countScannedRows(database)) - before).toBeLessThan(50_000);
});
