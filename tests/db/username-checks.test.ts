import fc from 'fast-check';
import { parseUsername } from '../../src/shared/username';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

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

const surrogates = { first: 0xd800, last: 0xdfff };

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

it('agrees with the service about every code point: alone, at the start, inside, at the end', async () => {
  const disagreements: string[] = [];
  let asked: Promise<string[]> = Promise.resolve([]);
  for (let start = 1; start <= 0x10ffff; start += 0x8000) {
    const names: string[] = [];
    for (let codePoint = start; codePoint < start + 0x8000 && codePoint <= 0x10ffff; codePoint += 1) {
      if (codePoint >= surrogates.first && codePoint <= surrogates.last) continue;
      const character = String.fromCodePoint(codePoint);
      names.push(character, `${character}b`, `a${character}b`, `a${character}`);
    }
    disagreements.push(...(await asked));
    asked = listDisagreements(names);
  }
  disagreements.push(...(await asked));
  expect(disagreements).toEqual([]);
}, 600_000);

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
