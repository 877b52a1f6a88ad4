import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseEnvironment } from '../support/database-environment';
import { runProgram } from '../support/run-program';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const file = join(tmpdir(), `footfall-empty-${process.pid}.csv`);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase('template0');
  writeFileSync(file, 'username,visited_at\nalice,2026-01-01T00:00:00Z\n');
});
afterAll(async () => {
  rmSync(file);
  await database.drop();
});

it.each([
  ['visits', 'import', file],
  ['visits', 'export'],
  ['visits', 'retain', '--months', '3'],
  ['visits', 'imports'],
  ['visits', 'undo-import', '1'],
  ['visitors', 'list'],
  ['visitors', 'show', 'alice'],
  ['visitors', 'add', 'alice'],
  ['visitors', 'hide', 'alice'],
  ['visitors', 'merge', 'alice', 'bob'],
  ['totals', 'verify'],
  ['totals', 'rebuild'],
])('on a database without tables, "footfall %s %s" names the command that makes them', async (...words) => {
  const { code, stderr } = await runProgram('cli/footfall.js', words, databaseEnvironment(database.name));
  expect(code).toBe(1);
  expect(stderr).toMatch(/^footfall: [^\n]*"footfall migrate up"[^\n]*\n$/);
  expect(stderr).not.toMatch(/does not exist.*does not exist/);
});
