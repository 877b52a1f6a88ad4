import { createTestDatabase, type TestDatabase } from '../../support/test-database';
import { importText, importTotalsText } from '../../support/transfer';

// Shared by all tests: a refused file changes nothing.
let target: TestDatabase;
beforeAll(async () => {
  target = await createTestDatabase();
});
afterAll(() => target.drop());

describe('a line that cannot be imported', () => {
  it.each([
    ['username,visited_at\nbob,2026-01-01T00:00:00Z\n,2026-01-01T00:00:00Z\n', 3, '"username"'],
    ['username,visited_at\nbob,2026-01-01T00:00:00Z\n\nbob,yesterday\n', 4, 'RFC 3339'],
    ['username,visited_at\nbob,2026-02-30T00:00:00Z\n', 2, 'RFC 3339'],
    ['username,visited_at\nbob,0000-01-01T00:00:00Z\n', 2, 'out of range'],
    ['username,visited_at\nbob,0001-01-01T00:00:00+01:00\n', 2, 'out of range in UTC'],
    ['username,visited_at\nbob,9999-12-31T23:59:59-05:00\n', 2, 'out of range in UTC'],
    ['username,visited_at\nbob,9999-12-31T23:59:59.9999999Z\n', 2, 'out of range in UTC'],
    ['username,visited_at\na//b,2026-01-01T00:00:00Z\n', 2, 'between slashes'],
    ['username,visited_at\nbob\n', 2, '1 fields where the first line has 2'],
    ['username,visited_at\nbob,"2026\n', 2, 'quote'],
    ['username,username,visited_at\na,b,2026-01-01T00:00:00Z\n', 1, 'the column "username" twice'],
    ['username;visited_at\nbob;2026-01-01T00:00:00Z\n', 1, 'separated by ";"; save the file with commas'],
    ['username\tvisited_at\nbob\t2026-01-01T00:00:00Z\n', 1, 'separated by tabs'],
    ['sep=;\nusername;visited_at\n', 1, 'remove the line'],
    ['sep=,\nusername,visited_at\n', 1, 'remove the line'],
    ['username, visited_at\nbob,2026-01-01T00:00:00Z\n', 1, 'without a space'],
    ['username,visited_at\nbob, 2026-01-01T00:00:00Z\n', 2, 'without a space at either end'],
    ['username,visited_at\nbob, "2026-01-01T00:00:00Z"\n', 2, 'remove the space before it'],
    ['username,visited_at\n bob,2026-01-01T00:00:00Z\n', 2, 'begins or ends with a space'],
    ['username,visited_at\nbob,2026-01-01T00:00:00\n', 2, 'add Z for UTC'],
    ['username,visited_at\nbob,2026-01-01 00:00:00.5\n', 2, 'add Z for UTC'],
    ['\u200busername,visited_at\nbob,2026-01-01T00:00:00Z\n', 1, '"<U+200B>username"'],
    ['name,when\nbob,2026-01-01T00:00:00Z\n', 1, '"name" must be one of the columns'],
    ['kind,username,id\nvisitor,a,1\nvisitor,b,1\n', 3, 'repeats the id of line 2'],
    ['kind,username,id\nvisitor,a,1\nvisitor,a,2\n', 3, 'repeats the visitor of line 2'],
    ['kind,username\nguest,a\n', 2, 'one of visit, visitor, opening'],
    ['kind,username,id\nvisitor,a,9007199254740991\n', 2, 'from 1 to 4503599627370496'],
    ['kind,username,id\nvisitor,a,0\n', 2, 'from 1 to 4503599627370496'],
    ['kind,username,id,visits,source\nopening,a,1,9007199254740991,x\n', 2, 'from 0 to 1000000000000'],
  ])('is reported by its number, and nothing is imported: %j', async (content, line, reason) => {
    const refused = { line, reason: expect.stringContaining(reason) };
    await expect(importText(target, 'csv', content)).rejects.toMatchObject(refused);
    expect(await target.query('SELECT 1 FROM visitors')).toEqual([]);
  });

  it.each([
    ['{"username":"bob","visited_at":"2026-01-01T00:00:00Z"}\n{"username":\n', 2, 'must be JSON'],
    ['{"username":"bob","visited_at":"2026-01-01T00:00:00Z","at":1}\n', 1, 'no field "at"'],
    ['[]\n', 1, '"username"'],
    ['\nnull\n', 2, 'must be a JSON object'],
    ['{"kind":"opening","username":"bob","visits":-1,"id":1,"source":"x"}\n', 1, '"visits"'],
    ['{"kind":"opening","username":"bob","visits":1,"id":1,"source":"\\ud800"}\n', 1, 'surrogate'],
    ['{"username":"a","username":"b","visited_at":"2026-01-01T00:00:00Z"}\n', 1, 'names a field twice'],
    ['{"username":"bob","visited_at":"2026-01-01T00:00:00"}\n', 1, 'add Z for UTC'],
    ['\n\uFEFF{"username":"bob","visited_at":"2026-01-01T00:00:00Z"}\n', 2, '<U+FEFF>'],
  ])('is reported in NDJSON: %j', async (content, line, reason) => {
    const refused = { line, reason: expect.stringContaining(reason) };
    await expect(importText(target, 'ndjson', content)).rejects.toMatchObject(refused);
    expect(await target.query('SELECT 1 FROM visitors')).toEqual([]);
  });

  it.each([
    ['bob,1\nbob,2\n', 2, 'repeats the name of line 1'],
    ['name,count\nbob,-1\n', 2, 'whole number'],
    ['bob,1.5\n', 1, 'whole number'],
    ['bob,9007199254740991\n', 1, 'whole number'],
    ['bob,1000000000001\n', 1, 'from 0 to 1000000000000'],
    ['bob\n', 1, 'a name and a count'],
    ['bob,1\na//b,1\n', 2, 'between slashes'],
    ['name;count\nbob;1\n', 1, 'separated by ";"'],
    ['sep=;\nbob;1\n', 1, 'remove the line'],
    ['bob,1\n"ann,2\ncleo,3\n', 2, 'a quote is not closed'],
  ])('is reported in a file of totals: %j', async (content, line, reason) => {
    const refused = { line, reason: expect.stringContaining(reason) };
    await expect(importTotalsText(target, content)).rejects.toMatchObject(refused);
    expect(await target.query('SELECT 1 FROM visitors UNION ALL SELECT 1 FROM balance_imports')).toEqual([]);
  });

  it('is named by its first line if a quote is not closed', async () => {
    const good = 'bob,2026-01-01T00:00:00Z\n';
    // "," after the second quote ends its field; another character does not.
    for (const rest of [good, `"ann",2026\n${good}`, good.repeat(100_000)]) {
      const content = `username,visited_at\n${good.repeat(30)}"multi\nline,2026\n${rest}`;
      const refused = { line: 32, reason: expect.stringContaining('quote') };
      await expect(importText(target, 'csv', content)).rejects.toMatchObject(refused);
    }
    expect(await target.query('SELECT 1 FROM visitors')).toEqual([]);
  });

  it('is refused with its file if the sum of all totals would be too large', async () => {
    const names = Array.from({ length: 4504 }, (_, index) => `name-${index},1000000000000\n`);
    await expect(importTotalsText(target, names.join(''))).rejects.toThrow('sum of all totals');
    expect(await target.query('SELECT 1 FROM visitors UNION ALL SELECT 1 FROM balance_imports')).toEqual([]);
  });
});
