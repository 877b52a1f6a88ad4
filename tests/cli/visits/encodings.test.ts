import { Readable } from 'node:stream';
import { readLog } from '../../../src/cli/visits/read-log';
import { createTestDatabase, type TestDatabase } from '../../support/test-database';
import { importText, importTotalsText } from '../../support/transfer';

const at = '2026-01-01T00:00:00Z';
const toJson = (username: string): string => JSON.stringify({ username, visited_at: at });

/** The same names in each format that can be imported. */
const formats = {
  csv: (names: readonly string[]) =>
    `username,visited_at\n${names.map((name) => `${name},${at}\n`).join('')}`,
  ndjson: (names: readonly string[]) => names.map((name) => `${toJson(name)}\n`).join(''),
  totals: (names: readonly string[]) => `name,count\n${names.map((name) => `${name},1\n`).join('')}`,
};
type Format = keyof typeof formats;

const firstLine = { csv: 2, ndjson: 1, totals: 2 };

let target: TestDatabase;
beforeEach(async () => {
  target = await createTestDatabase();
});
afterEach(() => target.drop());

function importFile(format: Format, content: Buffer): Promise<unknown> {
  return format === 'totals' ? importTotalsText(target, content) : importText(target, format, content);
}

async function listNames(): Promise<string[]> {
  const rows = await target.query<{ username: string }>('SELECT username FROM visitors ORDER BY id');
  return rows.map(({ username }) => username);
}

describe.each(['csv', 'ndjson', 'totals'] as const)('a file of %s', (format) => {
  const render = formats[format];

  it('is imported with a byte order mark, and without one', async () => {
    const names = ['José', 'Josè', '日記', '😀'];
    await importFile(format, Buffer.from(`\uFEFF${render(names)}`));
    expect((await listNames()).sort()).toEqual([...names].sort());
    if (format === 'totals') return;
    await importFile(format, Buffer.from(render(names)));
    expect(await target.query('SELECT 1 FROM visits')).toHaveLength(2 * names.length);
  });

  it('is refused in Windows-1252, with the line and the cure', async () => {
    const content = Buffer.from(render(['bob', 'José', 'Josè']), 'latin1');
    await expect(importFile(format, content)).rejects.toMatchObject({
      line: firstLine[format] + 1,
      reason: expect.stringMatching(/^it is not UTF-8; .*iconv -f WINDOWS-1252/),
    });
    expect(await listNames()).toEqual([]);
  });

  it.each(['with', 'without'])('is refused in UTF-16 %s a mark, with the cure', async (mark) => {
    const little = Buffer.from(`${mark === 'with' ? '\uFEFF' : ''}${render(['bob'])}`, 'utf16le');
    for (const content of [little, Buffer.from(little).swap16()]) {
      await expect(importFile(format, content)).rejects.toMatchObject({
        line: 1,
        reason: expect.stringMatching(/^it is UTF-16 or not text; .*iconv -f UTF-16/),
      });
    }
    expect(await listNames()).toEqual([]);
  });

  it('is refused if it ends inside a character', async () => {
    const content = Buffer.from(render(['bob', 'é']));
    const cut = content.subarray(0, content.lastIndexOf('é') + 1);
    const refused = { line: firstLine[format] + 1, reason: expect.stringContaining('not UTF-8') };
    await expect(importFile(format, cut)).rejects.toMatchObject(refused);
  });
});

it('ends lines of NDJSON only at LF and CR LF, because stored names may hold other line separators', async () => {
  await importFile('ndjson', Buffer.from(['e f', 'last'].map(toJson).join('\r\n')));
  expect(await listNames()).toEqual(['e f', 'last']);
  const separated = Buffer.from(['bob', 'a\u2028b', 'c\u2029d'].map(toJson).join('\n'));
  await expect(importFile('ndjson', separated)).rejects.toMatchObject({
    line: 2,
    reason: expect.stringContaining('not a user name'),
  });
});

it('reads the same from pieces of any size', async () => {
  const names = ['José', '日記', '😀', '"quoted"', 'a b'];
  for (const format of ['csv', 'ndjson'] as const) {
    const quote = (name: string): string => (format === 'csv' ? `"${name.replaceAll('"', '""')}"` : name);
    const content = Buffer.from(`\uFEFF${formats[format](names.map(quote))}`);
    for (const size of [1, 2, 3, 5, content.length]) {
      const pieces = Array.from({ length: Math.ceil(content.length / size) }, (_, index) =>
        content.subarray(index * size, (index + 1) * size),
      );
      const read: string[] = [];
      for await (const { username } of readLog(Readable.from(pieces), format)) read.push(username);
      expect([format, size, read]).toEqual([format, size, names]);
    }
  }
});
