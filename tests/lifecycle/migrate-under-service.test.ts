import { createMigrator, type Migrator } from '../../src/db/create-migrator';
import { listMigrations } from '../../src/db/list-migrations';
import { readMetric } from '../support/read-metric';
import { startTestService, type TestService } from '../support/test-service';

let service: TestService;
let migrator: Migrator;
beforeEach(async () => {
  service = await startTestService();
  migrator = createMigrator({ sequelize: service.database.sequelize });
});
afterEach(() => service.stop());

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function ask(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(service.url + path, { headers });
  return { status: response.status, text: await response.text() };
}

/** One request to each kind of endpoint that queries the database. */
const requests: [kind: string, path: string, headers?: Record<string, string>][] = [
  ['visit', '/alice'],
  ['visit with a key', '/alice', { 'Idempotency-Key': 'k' }],
  ['list', '/'],
  ['visitor', '/-/visitors/alice'],
  ['history', '/-/visitors/alice/history'],
  ['summary', '/-/summary'],
  ['badge', '/-/badge/alice.svg'],
  ['badge as JSON', '/-/badge/alice.json'],
  ['hit', '/-/hit/alice.svg'],
];

/** A badge without a number, as a picture or as JSON. */
const dash = />–<|"–"/;

/** Numbers of newest migrations to revert: functions only, then more, then the whole schema. */
const steps = [1, 2, 4, listMigrations().length];

it.each(steps)('refuses requests while migrations are reverted (newest %i), and recovers', async (step) => {
  expect((await ask('/alice')).status).toBe(200);
  const reverted = (await migrator.down({ step })).map(({ name }) => name).sort();

  const ready = await ask('/-/health/ready');
  expect([ready.status, JSON.parse(ready.text)]).toEqual([
    503,
    expect.objectContaining({ code: 'migrations-pending' }),
  ]);
  expect(ready.text).toContain(reverted.join(', '));
  for (const [kind, path, headers] of requests) {
    const { status, text } = await ask(path, headers);
    // A badge cannot show a problem, so it shows a dash.
    const isBadge = /badge|hit/.test(kind);
    expect([kind, status]).toEqual([kind, isBadge ? 200 : 503]);
    expect(text).toMatch(isBadge ? dash : new RegExp(`database-unavailable.*${reverted[0]}`, 's'));
  }
  const scraped = (await ask('/-/metrics')).text;
  expect(readMetric(scraped, 'footfall_migrations_pending')).toBe(step);
  expect(readMetric(scraped, 'footfall_ready')).toBe(0);

  await migrator.up();
  // Visits and reads recover without a readiness check before them.
  for (const [kind, path, headers] of requests)
    expect([kind, await ask(path, headers)]).toEqual([
      kind,
      { status: 200, text: expect.not.stringMatching(dash) },
    ]);
  expect((await ask('/-/health/ready')).status).toBe(200);
});

it('notices a reverted migration without a failure or a probe', async () => {
  // This one changes functions only.
  const [{ name }] = (await migrator.down({ step: 1 })) as [{ name: string }];
  const deadline = Date.now() + 10_000;
  let last = await ask('/alice');
  while (last.status === 200 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    last = await ask('/alice');
  }
  expect(last.status).toBe(503);
  expect(last.text).toContain(name);
  await migrator.up();
  expect((await ask('/alice')).status).toBe(200);
});

it('counts every acknowledged visit while migrations are reverted and applied again', async () => {
  let acknowledged = 0;
  let isDone = false;
  const statuses = new Set<number>();
  const visitors = Array.from({ length: 8 }, async (_, index) => {
    while (!isDone) {
      const { status } = await ask(`/visitor-${index % 3}`);
      statuses.add(status);
      if (status === 200) acknowledged += 1;
    }
  });
  for (let round = 0; round < 3; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await migrator.down({ step: 2 });
    await ask('/-/health/ready');
    await new Promise((resolve) => setTimeout(resolve, 200));
    await migrator.up();
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  isDone = true;
  await Promise.all(visitors);
  expect([...statuses].sort()).toEqual([200, 503]);
  const [counted] = await service.database.query(
    'SELECT (SELECT count(*) FROM visits)::int AS logged, (SELECT sum(visits) FROM visit_totals)::int AS total',
  );
  expect(counted).toEqual({ logged: acknowledged, total: acknowledged });
});
