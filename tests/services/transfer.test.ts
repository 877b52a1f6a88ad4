import { undoImport } from '../../src/services/commands/transfer/undo-import';
import { exportFormats } from '../../src/services/queries/export-log';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { startServiceOn } from '../support/test-service';
import { exportText, findDrift, importText, importTotalsText, onClient } from '../support/transfer';

let source: TestDatabase;
let target: TestDatabase;
beforeEach(async () => {
  source = await createTestDatabase();
  target = await createTestDatabase(undefined, '_target');
});
afterEach(async () => {
  await source.drop();
  await target.drop();
});

async function fill(database: TestDatabase): Promise<void> {
  // Ids with gaps, names that CSV must quote, a visitor without visits, and times to the microsecond.
  await database.query(
    `INSERT INTO visitors (id, username)
     VALUES (7, 'alice'), (3, 'a "quoted", name'), (12, 'O’Brien 😀'), (20, 'never')`,
  );
  await database.query(`SELECT setval(pg_get_serial_sequence('visitors', 'id'), 20)`);
  await database.query(`
    INSERT INTO visits (visitor_id, visited_at) VALUES
      (7, '2026-01-01T00:00:00.000001Z'), (3, '2026-01-01T00:00:00.5Z'), (7, '2026-02-01T01:02:03.999999+01:00'),
      (12, '2025-06-01T00:00Z'), (12, now())`);
}

const undo = (importId = '') => onClient(target, (client) => undoImport(client, importId));

/** Reads all data that lists, pages and histories show. */
async function readAll(database: TestDatabase): Promise<unknown> {
  const [visitors, log, balances] = await Promise.all([
    database.query(
      'SELECT id, username, visits FROM visitors LEFT JOIN visit_totals ON visitor_id = id ORDER BY id',
    ),
    database.query(`
      SELECT username, visited_at::text FROM visits JOIN visitors ON visitors.id = visitor_id ORDER BY visits.id`),
    database.query(`
      SELECT import_id, visitor_id, visits, source FROM opening_balances
      JOIN balance_imports ON id = import_id ORDER BY 1, 2`),
  ]);
  return { visitors, log, balances };
}

describe.each(exportFormats)('as %s', (format) => {
  it('exports and imports everything unchanged', async () => {
    await fill(source);
    await importTotalsText(source, 'alice,40\nnever,2\n', 'old "counter".csv');
    await importTotalsText(source, 'alice,1\n', 'older.csv');
    const exported = await exportText(source, format);

    await importText(target, format, exported);
    expect(await readAll(target)).toEqual(await readAll(source));
    expect(await exportText(target, format)).toBe(exported);
    const [next] = await target.query(`INSERT INTO visitors (username) VALUES ('next') RETURNING id`);
    expect(next).toEqual({ id: '21' });
  });

  it('imports an empty log', async () => {
    const exported = await exportText(source, format);
    expect(await importText(target, format, exported)).toMatchObject({ lines: 0, visits: 0 });
    expect(await target.query('SELECT FROM balance_imports')).toEqual([]);
  });

  it('exports only the visits of a window', async () => {
    await fill(source);
    const window = { since: new Date('2026-01-01T00:00:00Z'), until: new Date('2026-01-01T00:00:00.500Z') };
    const lines = (await exportText(source, format, window)).trim().split('\n');
    expect(lines.slice(format === 'csv' ? 1 : 0)).toEqual([
      expect.stringMatching(/alice.*2026-01-01T00:00:00.000001Z/),
    ]);
  });

  it('adds visits to existing visitors by name', async () => {
    await fill(source);
    await importTotalsText(source, 'alice,40\nO’Brien 😀,1\n');
    await target.query(`INSERT INTO visitors (id, username) VALUES (7, 'somebody'), (8, 'alice')`);
    await target.query('INSERT INTO visits (visitor_id) VALUES (8)');
    await importText(target, format, await exportText(source, format));
    const rows = await target.query(
      'SELECT username, visits FROM visitors JOIN visit_totals ON visitor_id = id ORDER BY username',
    );
    expect(rows).toEqual([
      { username: 'O’Brien 😀', visits: '3' },
      { username: 'a "quoted", name', visits: '1' },
      { username: 'alice', visits: '43' },
      { username: 'never', visits: '0' },
      { username: 'somebody', visits: '0' },
    ]);
    expect(await findDrift(target)).toEqual([]);
  });
});

it('exports for a spreadsheet nothing that it executes', async () => {
  const names = ['=1+1', '+1', '-1', '@a', '＝1', 'a;=1', 'a, -1', 'a "=1"', 'plain-name', 'a=b', 'a@b'];
  await source.query('INSERT INTO visitors (username) SELECT unnest($1::text[])', [names]);
  await importTotalsText(source, 'plain-name,1\n', '=cmd.csv');
  const exported = await exportText(source, 'csv', undefined, true);
  const [, ...lines] = exported.trim().split('\n');
  expect(lines.slice(0, -1).map((line) => line.replace(/^visitor,(.*),,\d+,,$/, '$1'))).toEqual([
    ...["'=1+1", "'+1", "'-1", "'@a", "'＝1", "a;'=1", `"a,' -1"`, `"a ""'=1"""`, 'plain-name', 'a=b', 'a@b'],
  ]);
  expect(lines.at(-1)).toMatch(/^opening,plain-name,,1,1,'=cmd\.csv$/);
});

it('imports a file of names and times from another program', async () => {
  const file =
    '\uFEFFvisited_at,username\r\n2026-01-01T00:00:00+02:00,cafe\u0301\r\n\r\n2026-01-02T00:00:00Z,caf\u00e9';
  expect(await importText(target, 'csv', file)).toMatchObject({ lines: 2, visits: 2, createdVisitors: 1 });
});

describe('opening balances', () => {
  it('count in totals but not in windows, and are removed when their import is undone', async () => {
    await fill(target);
    const service = await startServiceOn(target);
    const read = async (path: string) =>
      (await (await fetch(`${service.url}${path}`)).json()) as Record<string, unknown>;
    try {
      const { importId } = await importTotalsText(target, 'name,count\nalice,40\n"new, here",2\n');
      expect(await read('/-/visitors/alice')).toMatchObject({ visits: 42 });
      expect(await read('/alice')).toMatchObject({ visits: 43 });
      expect(await read('/new,%20here')).toMatchObject({ visits: 3 });
      expect(await read('/-/badge/alice.json')).toMatchObject({ message: '43' });
      expect(await read('/-/summary')).toMatchObject({ visits: 5 + 42 + 2 });
      expect(await read('/?since=2000-01-01T00:00:00Z&search=alice')).toMatchObject({
        results: [{ visits: 3 }],
      });
      expect(await findDrift(target)).toEqual([]);

      expect(await undo(importId)).toEqual({ visits: 0, balances: 2 });
      expect(await read('/alice')).toMatchObject({ visits: 4 });
      expect(await read('/-/visitors/new,%20here')).toMatchObject({ visits: 1 });
      expect(await findDrift(target)).toEqual([]);
      expect(await undo(importId)).toBeUndefined();
    } finally {
      await service.stop();
    }
  });

  it('cannot be updated or truncated', async () => {
    await importTotalsText(target, 'alice,40\n');
    await expect(target.query('UPDATE opening_balances SET visits = 1')).rejects.toThrow('undo its import');
    await expect(target.query('TRUNCATE opening_balances')).rejects.toThrow('undo its import');
  });
});

it('matches the log while visits, an import and its undo run', async () => {
  await fill(target);
  const lines = Array.from({ length: 5000 }, (_, index) => `name-${index % 50},2026-01-01T00:00:00Z`);
  const totals = Array.from({ length: 50 }, (_, index) => `name-${index},5`).join('\n');
  const service = await startServiceOn(target);
  let done = false;
  const visiting = Array.from({ length: 8 }, async (_, visitor) => {
    for (let index = visitor; !done; index += 8) {
      const response = await fetch(`${service.url}/name-${index % 60}`);
      expect(response.status).toBe(200);
      await response.text();
    }
  });
  try {
    await importText(target, 'csv', `username,visited_at\n${lines.join('\n')}\n`);
    const { importId } = await importTotalsText(target, totals);
    await exportText(target, 'csv');
    await undo(importId);
  } finally {
    done = true;
    await Promise.all(visiting);
    await service.stop();
  }
  expect(await findDrift(target)).toEqual([]);
});
