import { databaseEnvironment } from '../support/database-environment';
import { startProgram, type RunningProgram } from '../support/run-program';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
const programs: RunningProgram[] = [];
afterAll(async () => {
  // They still run after a failed test.
  for (const { child } of programs) child.kill('SIGKILL');
  await database.drop();
});

it('numbers N visits to one name exactly 1 to N over two processes', async () => {
  for (let count = 0; count < 2; count += 1) {
    programs.push(startProgram('main.js', [], { ...databaseEnvironment(database.name), PORT: '0' }));
  }
  const urls = await Promise.all(
    programs.map(async (program) => (await program.waitFor(/"url":"(http:[^"]+)"/))[1] ?? ''),
  );
  // Connects to the database first: on a busy machine a thousand sockets at once would delay that too long.
  for (const url of urls) await fetch(`${url}/-/health/ready`);
  const visits = 1000;
  const numbers = await Promise.all(
    Array.from({ length: visits }, async (_, index) => {
      const response = await fetch(`${urls[index % urls.length] ?? ''}/hot`);
      const body = (await response.json()) as { visits: number };
      if (response.status !== 200) throw new Error(JSON.stringify(body));
      return body.visits;
    }),
  );
  numbers.sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: visits }, (_, index) => index + 1));
  for (const { child } of programs) child.kill('SIGTERM');
  for (const { result } of programs) expect((await result).code).toBe(0);
});
