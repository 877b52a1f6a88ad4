import { changeVisitor, listFaults } from '../../support/change-visitor';
import { databaseEnvironment } from '../../support/database-environment';
import { startProgram, type RunningProgram } from '../../support/run-program';
import { createTestDatabase, type TestDatabase } from '../../support/test-database';

let database: TestDatabase;
const programs: RunningProgram[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  for (const { child } of programs) child.kill('SIGKILL');
  await database.drop();
});

const rounds = 4;
const names = ['into', 'old', 'new', 'plain', 'gone', 'other', 'from-0', 'from-1', 'from-2', 'from-3'];

async function startServices(): Promise<string[]> {
  for (let count = 0; count < 2; count += 1) {
    programs.push(startProgram('main.js', [], { ...databaseEnvironment(database.name), PORT: '0' }));
  }
  const urls = await Promise.all(
    programs.map(async (program) => (await program.waitFor(/"url":"(http:[^"]+)"/))[1] ?? ''),
  );
  for (const url of urls) await fetch(`${url}/-/health/ready`);
  return urls;
}

/** Visits the names over all services until `stop`. Returns the numbers that each name got. */
function visitAllTheTime(urls: readonly string[]) {
  const numbers = new Map<string, number[]>(names.map((name) => [name, []]));
  const refused: unknown[] = [];
  let isOver = false;
  let turn = 0;
  const clients = Array.from({ length: 10 }, async (_, client) => {
    while (!isOver) {
      turn += 1;
      const name = names[turn % names.length] ?? '';
      const [query = '', headers = {}] =
        [
          ['', { 'Idempotency-Key': `key-${turn}` }] as const,
          // Each is another client, so none is to be ignored.
          ['?once=1h', { 'User-Agent': `agent-${turn}` }] as const,
        ][client % 4] ?? [];
      const response = await fetch(`${urls[client % urls.length] ?? ''}/${name}${query}`, { headers });
      const body = (await response.json()) as { visits: number; code?: string };
      const ignored = response.headers.get('visit-ignored');
      if (response.status === 200 && !ignored) numbers.get(name)?.push(body.visits);
      else refused.push({ name, query, ignored, ...body });
    }
  });
  return {
    numbers,
    async stop() {
      isOver = true;
      await Promise.all(clients);
      return refused;
    },
  };
}

it('loses and doubles no visit that arrives at two processes while names are moved and erased', async () => {
  const load = visitAllTheTime(await startServices());
  const count = (...of: string[]): number => of.flatMap((name) => load.numbers.get(name) ?? []).length;
  while (names.some((name) => count(name) < 3)) await new Promise((resolve) => setTimeout(resolve, 50));
  for (let round = 0; round < rounds; round += 1) {
    await changeVisitor(database, { act: 'hide', username: 'other' });
    // With "new" as a visitor of its own, "old" would have to be merged.
    await changeVisitor(database, { act: 'merge', username: 'new', newName: 'old', keepsAlias: true });
    await changeVisitor(database, { act: 'rename', username: 'old', newName: 'new', keepsAlias: true });
    await changeVisitor(database, {
      act: 'merge',
      username: `from-${round}`,
      newName: 'into',
      keepsAlias: true,
    });
    await changeVisitor(database, { act: 'merge', username: 'plain', newName: 'into' });
    await changeVisitor(database, { act: 'erase', username: 'gone' });
    await changeVisitor(database, { act: 'unhide', username: 'other' });
    await changeVisitor(database, { act: 'rename', username: 'new', newName: 'old', keepsAlias: true });
    const before = count(...names);
    while (count('plain') < 3 || count('gone') < 3 || count(...names) < before + 200) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  const refused = await load.stop();

  expect(refused).toEqual([]);
  const rows = await database.query<{ username: string; visits: number }>(
    'SELECT username, visits::int FROM visitors JOIN visit_totals ON visitor_id = id',
  );
  const total = (name: string): number => rows.find(({ username }) => username === name)?.visits ?? 0;
  const [erased] = await database.query<{ visits: number }>(
    `SELECT sum(visits_before)::int AS visits FROM visitor_changes WHERE act = 'erase'`,
  );
  expect(total('into') + total('plain')).toBe(count('into', 'plain', 'from-0', 'from-1', 'from-2', 'from-3'));
  expect(total('old')).toBe(count('old', 'new'));
  expect(total('other')).toBe(count('other'));
  expect(total('gone') + (erased?.visits ?? 0)).toBe(count('gone'));
  // Every name that was not given up gets each number once.
  for (const name of ['into', 'old', 'other', 'from-0', 'from-3']) {
    const numbers = load.numbers.get(name) ?? [];
    expect([name, new Set(numbers).size]).toEqual([name, numbers.length]);
  }
  expect(await listFaults(database)).toEqual([]);
}, 180_000);
