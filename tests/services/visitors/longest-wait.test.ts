import type { RunningService } from '../../../src/lifecycle/start-service';
import { changeVisitor, listFaults } from '../../support/change-visitor';
import { createTestDatabase, type TestDatabase } from '../../support/test-database';
import { startServiceOn } from '../../support/test-service';

// WAIT_VISITS=1000000 measures a large name, in some minutes, and prints the longest waits.
const visits = Number(process.env['WAIT_VISITS'] ?? 20_000);

let database: TestDatabase;
let service: RunningService;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.query(`INSERT INTO visitors (username) VALUES ('from'), ('into'), ('gone'), ('other')`);
  for (const [id, age] of [
    [1, 90],
    [3, 400],
  ]) {
    await database.query(
      `INSERT INTO visits (visitor_id, visited_at)
       SELECT $1, now() - random() * $2 * interval '1 day' FROM generate_series(1, $3)`,
      [id, age, visits],
    );
  }
  for (let remaining = true; remaining;) {
    const [pass] = await database.query<{ remaining: boolean }>(
      'SELECT remaining FROM roll_up_visits(100000)',
    );
    remaining = pass?.remaining ?? false;
  }
  await database.query('VACUUM ANALYZE');
  service = await startServiceOn(database);
}, 600_000);
afterAll(async () => {
  await service.stop();
  await database.drop();
});

/** Visits the names one after another with some clients, while the work runs. */
async function visitDuring(work: () => Promise<unknown>) {
  const longestMs: Record<string, number> = {};
  const refused: unknown[] = [];
  let isOver = false;
  let turn = 0;
  const clients = Array.from({ length: 8 }, async () => {
    while (!isOver) {
      const name = ['from', 'into', 'gone', 'other'][(turn += 1) % 4] ?? '';
      const startedAt = performance.now();
      const response = await fetch(`${service.url}/${name}`);
      const body = (await response.json()) as { code?: string };
      longestMs[name] = Math.round(Math.max(longestMs[name] ?? 0, performance.now() - startedAt));
      if (response.status !== 200) refused.push([name, body.code]);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });
  const startedAt = performance.now();
  try {
    await work();
  } finally {
    isOver = true;
    await Promise.all(clients);
  }
  return { longestMs, refused, workMs: Math.round(performance.now() - startedAt), answered: turn };
}

it.each(['merge', 'erase'] as const)(
  'refuses no visit while "%s" works through a name with many visits',
  async (act) => {
    const given =
      act === 'merge'
        ? { act, username: 'from', newName: 'into', keepsAlias: true }
        : { act, username: 'gone' };
    const { refused, ...times } = await visitDuring(() => changeVisitor(database, given));
    if (process.env['WAIT_VISITS'])
      process.stderr.write(`${act} of ${visits} visits: ${JSON.stringify(times)}\n`);
    expect(refused).toEqual([]);
    expect(await listFaults(database)).toEqual([]);
  },
  600_000,
);
