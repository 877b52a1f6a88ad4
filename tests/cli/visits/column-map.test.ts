import { Readable } from 'node:stream';
import { readLog } from '../../../src/cli/visits/read-log';
import { readTotals } from '../../../src/cli/visits/read-totals';

async function readAll<T>(records: AsyncGenerator<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const record of records) all.push(record);
  return all;
}

const toFile = (text: string): Readable => Readable.from([Buffer.from(text)]);
const at = '2026-01-01T00:00:00Z';
const visit = { line: 2, kind: 'visit', username: 'a', visitedAt: at };
const map = new Map([
  ['username', 'Page path'],
  ['visited_at', 'Date'],
]);

it('reads the mapped columns of CSV and ignores all others', async () => {
  const text = `id,kind,Page path,visits,Date,username\n1,pc,a,9,${at},zoe\n`;
  expect(await readAll(readLog(toFile(text), 'csv', map))).toEqual([visit]);
});

it('reads a column of its own name if it is not mapped', async () => {
  const text = `page,visited_at\na,${at}\n`;
  expect(await readAll(readLog(toFile(text), 'csv', new Map([['username', 'page']])))).toEqual([visit]);
});

it('reads the mapped fields of NDJSON and ignores all others', async () => {
  const text = `\n${JSON.stringify({ id: 1, client: { id: 1 }, 'Page path': 'a', Date: at, kind: 'pc' })}\n`;
  expect(await readAll(readLog(toFile(text), 'ndjson', map))).toEqual([visit]);
});

it('reads the mapped columns of totals', async () => {
  const text = 'hits,site,page\n12,x,a\n';
  const columns = new Map([
    ['username', 'page'],
    ['visits', 'hits'],
  ]);
  expect(await readAll(readTotals(toFile(text), columns))).toEqual([
    { line: 2, username: 'a', visits: '12' },
  ]);
});

it.each([
  ['path,Date\na,x\n', 1, 'the column "Page path" is missing; the columns are path, Date'],
  ['Page path,Date,Date\na,x,x\n', 1, 'the column "Date" is there twice'],
  [`Page path,Date\na,${at}\nb\n`, 3, '1 fields where the first line has 2'],
  ['Page path,Date\na,2026-01-01 00:00:00\n', 2, 'add Z for UTC'],
  [`Page path,Date\n/a,${at}\n`, 2, 'between slashes'],
])('reports a fault of a mapped file by its line: %j', async (text, line, reason) => {
  await expect(readAll(readLog(toFile(text), 'csv', map))).rejects.toMatchObject({
    line,
    reason: expect.stringContaining(reason),
  });
});
