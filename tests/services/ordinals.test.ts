import { databaseEnvironment } from '../support/database-environment';
import { startProgram } from '../support/run-program';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('answers N visits to one name over two processes with exactly the numbers 1 to N', async () => {
  const programs = [0, 1].map(() =>
    startProgram('main.js', [], { ...databaseEnvironment(database.name), PORT: '0' }),
  );
  const urls = await Promise.all(
    programs.map(async (program) => (await program.waitFor(/"url":"(http:[^"]+)"/))[1] ?? ''),
  );
  const visits = 1000;
  const numbers = await Promise.all(
    Array.from({ length: visits }, async (_, index) => {
      const response = await fetch(`${urls[index % urls.length] ?? ''}/hot`);
      return ((await response.json()) as { visits: number }).visits;
    }),
  );
  numbers.sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: visits }, (_, index) => index + 1));
  for (const { child } of programs) child.kill('SIGTERM');
  for (const { result } of programs) expect((await result).code).toBe(0);
});
