import fc from 'fast-check';
import { parseUsername } from '../../src/shared/username';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

interface Range {
  readonly first: number;
  last: number;
}

let database: TestDatabase;
let checks: string;
// Most code points are refused, and each refusal would record where it was thrown.
const { stackTraceLimit } = Error;
beforeAll(async () => {
  Error.stackTraceLimit = 0;
  database = await createTestDatabase();
  const rows = await database.query<{ check: string }>(
    `SELECT pg_get_expr(conbin, conrelid) AS check FROM pg_constraint
     WHERE conrelid = 'visitors'::regclass AND contype = 'c'`,
  );
  expect(rows).toHaveLength(5);
  // A call of the function costs twice as much as its expression.
  const [body] = await database.query<{ source: string }>(
    `SELECT prosrc AS source FROM pg_proc WHERE proname = 'is_text_of_name'`,
  );
  const expression = /RETURN (.*);/s.exec(body!.source)![1]!.replace(/\bname\b/g, 'username');
  const call = 'is_text_of_name(username)';
  checks = rows.map(({ check }) => check.replace(call, () => `(${expression})`)).join(' AND ');
  expect(checks).not.toContain(call);
});
afterAll(async () => {
  Error.stackTraceLimit = stackTraceLimit;
  await database.drop();
});

function isAccepted(name: string): boolean {
  try {
    return parseUsername(name) === name;
  } catch {
    return false;
  }
}

/** Lists the names about which the service and the checks of the table disagree. */
async function listDisagreements(names: readonly string[]): Promise<string[]> {
  const rows = await database.query<{ username: string }>(
    `SELECT username COLLATE "C" AS username FROM unnest($1::text[], $2::bool[]) AS names (username, accepted)
     WHERE (${checks}) <> accepted`,
    [names, names.map(isAccepted)],
  );
  return rows.map(({ username }) => JSON.stringify(username));
}

/** Lists the ranges of code points that the checks accept between two texts. */
function listAcceptedByDatabase(before: string, after: string): Promise<Range[]> {
  return database.query<Range>(
    `SELECT min(n) AS first, max(n) AS last
     FROM (
       SELECT n, n - row_number() OVER (ORDER BY n) AS island
       FROM (
         SELECT n, ($1 || chr(n) || $2) COLLATE "C" AS username
         FROM (SELECT generate_series(1, 55295) UNION ALL SELECT generate_series(57344, 1114111)) AS all_but_surrogates (n)
       ) AS names WHERE ${checks}
     ) AS accepted GROUP BY island ORDER BY 1`,
    [before, after],
  );
}

function listAcceptedByService(before: string, after: string): Range[] {
  const ranges: Range[] = [];
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += 1) {
    if (!isAccepted(before + String.fromCodePoint(codePoint) + after)) continue;
    const last = ranges.at(-1);
    if (last?.last === codePoint - 1) last.last = codePoint;
    else ranges.push({ first: codePoint, last: codePoint });
  }
  return ranges;
}

it.each([
  ['alone', '', ''],
  ['at the start', '', 'b'],
  ['inside', 'a', 'b'],
  ['at the end', 'a', ''],
])(
  'agrees with the service about every code point %s',
  async (_where, before, after) => {
    const accepted = await listAcceptedByDatabase(before, after);
    expect(accepted).toEqual(listAcceptedByService(before, after));
    expect(accepted.length).toBeGreaterThan(400);
  },
  300_000,
);

it('agrees with the service about joiners, marks, selectors and segments in any order', async () => {
  const parts = fc.constantFrom(
    ...['a', '1', '#', '/', '.', '-', ' ', '\u3000', '\u200c', '\u200d', '\ufe0e', '\ufe0f', '\u20e3'],
    ...[
      '\u0644',
      '\u0631',
      '\u064e',
      '\u0915',
      '\u094d',
      '\u0301',
      '\u2764',
      '\u{1f600}',
      '\u0627',
      '\u1820',
    ],
  );
  const name = fc.array(parts, { minLength: 1, maxLength: 9 }).map((all) => all.join('').normalize('NFC'));
  await fc.assert(
    fc.asyncProperty(fc.array(name, { minLength: 1000, maxLength: 1000 }), async (names) => {
      expect(await listDisagreements(names)).toEqual([]);
    }),
    { numRuns: 30 },
  );
}, 120_000);

it('agrees with the service about the length', async () => {
  const names = ['a', '\u00e9', '\u{1f600}', 'a/'].flatMap((text) =>
    [1, 127, 128, 254, 255, 256].map((length) => Array.from(text.repeat(length)).slice(0, length).join('')),
  );
  expect(await listDisagreements(names)).toEqual([]);
  expect(names.filter(isAccepted)).toHaveLength(18);
});
