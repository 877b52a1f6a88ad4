import { parseUsername } from '../../src/shared/username';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const surrogates = { first: 0xd800, last: 0xdfff };

function isAccepted(name: string): boolean {
  try {
    return parseUsername(name) === name;
  } catch {
    return false;
  }
}

it('refuses a name with U+2065, which is in no Unicode category', () => {
  expect(() => parseUsername('\u2065')).toThrow(expect.objectContaining({ code: 'invalid-username' }));
});

it('accepts no name with any code point that the checks of the database refuse', async () => {
  const accepted: string[] = [];
  for (let codePoint = 1; codePoint <= 0x10ffff; codePoint += 1) {
    if (codePoint >= surrogates.first && codePoint <= surrogates.last) continue;
    const character = String.fromCodePoint(codePoint);
    for (const name of [character, `a${character}b`, `a${character}`]) {
      if (isAccepted(name)) accepted.push(name);
    }
  }
  expect(accepted.length).toBeGreaterThan(3_000_000);
  const checks = await database.query<{ check: string }>(
    `SELECT pg_get_expr(conbin, conrelid) AS check FROM pg_constraint
     WHERE conrelid = 'visitors'::regclass AND contype = 'c'`,
  );
  expect(checks.length).toBeGreaterThan(4);
  const refused: string[] = [];
  for (let start = 0; start < accepted.length; start += 200_000) {
    const rows = await database.query<{ username: string }>(
      `SELECT username FROM unnest($1::text[]) AS names (username)
       WHERE NOT (${checks.map(({ check }) => check).join(' AND ')})`,
      [accepted.slice(start, start + 200_000)],
    );
    refused.push(...rows.map(({ username }) => username));
  }
  expect(refused.map((name) => JSON.stringify(name))).toEqual([]);
}, 180_000);
