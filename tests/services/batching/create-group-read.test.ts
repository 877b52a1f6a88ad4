import { createGroupRead } from '../../../src/services/batching/create-group-read';
import { createStatementRunner } from '../../../src/db/create-statement-runner';
import { getTotals } from '../../../src/services/queries/get-totals';
import { getVisitors } from '../../../src/services/queries/get-visitors';
import type { RunStatement } from '../../../src/shared/statement';
import { connectTo, createTestDatabase, type TestDatabase } from '../../support/test-database';

const limits = {
  ...{ maxInFlight: 1, maxBatch: 500, maxWaiting: 1000 },
  ...{ waitWithinMs: 20_000, answerWithinMs: 30_000 },
};

let database: TestDatabase;
let run: RunStatement;
beforeAll(async () => {
  database = await createTestDatabase();
  run = createStatementRunner(database.sequelize);
  await database.query(`INSERT INTO visitors (username) VALUES ('ada'), ('bob'), ('idle')`);
  await database.query(`
    INSERT INTO visits (visitor_id, visited_at)
    SELECT id, '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 day'
    FROM visitors, generate_series(1, CASE username WHEN 'ada' THEN 3 WHEN 'bob' THEN 1 ELSE 0 END) AS n`);
});
afterAll(() => database.drop());

it('reads all names that are asked at once in one statement', async () => {
  const asked: (readonly string[])[] = [];
  const totals = createGroupRead((usernames) => {
    asked.push(usernames);
    return getTotals(run, usernames);
  }, limits);
  const names = ['ada', 'bob', 'ada', 'idle', 'nobody'];
  const numbers = await Promise.all(names.map((name) => totals.read(name)));
  expect(numbers).toEqual(['3', '1', '3', '0', undefined]);
  expect(asked).toEqual([['ada', 'bob', 'idle', 'nobody']]);
});

it('reads a name again for those who ask while it is being read', async () => {
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  let statements = 0;
  const totals = createGroupRead(async (usernames) => {
    statements += 1;
    begin();
    return getTotals(run, usernames);
  }, limits);
  const early = totals.read('ada');
  await begun;
  const late = totals.read('ada');
  expect(await Promise.all([early, late])).toEqual(['3', '3']);
  expect(statements).toBe(2);
});

it('gives all who ask for a visitor the same answer', async () => {
  const visitors = createGroupRead((usernames) => getVisitors(run, usernames), limits);
  const [ada, again, idle, nobody] = await Promise.all(
    ['ada', 'ada', 'idle', 'nobody'].map((name) => visitors.read(name)),
  );
  expect(again).toBe(ada);
  expect(ada).toMatchObject({
    username: 'ada',
    visits: '3',
    firstVisitAt: new Date('2026-01-02T00:00:00Z'),
    lastVisitAt: new Date('2026-01-04T00:00:00Z'),
  });
  expect(idle).toMatchObject({ username: 'idle', visits: '0', firstVisitAt: null, lastVisitAt: null });
  expect(nobody).toBeUndefined();
});

it('translates a failure of the database', async () => {
  const away = connectTo('no_such_database');
  const totals = createGroupRead((usernames) => getTotals(createStatementRunner(away), usernames), limits);
  const failures = await Promise.allSettled([totals.read('ada'), totals.read('bob')]);
  for (const failure of failures)
    expect(failure).toMatchObject({ status: 'rejected', reason: { code: 'database-unavailable' } });
  await away.close();
});

it.each([
  ['read-totals', getTotals],
  ['read-visitors', getVisitors],
])('keeps one generic plan of %s per connection', async (name, query) => {
  const one = connectTo(database.name, { size: 1 });
  try {
    const runOnOne = createStatementRunner(one);
    for (let turn = 0; turn < 20; turn += 1) await query(runOnOne, Array(turn + 1).fill('ada'));
    const [plans] = await one.query(
      `SELECT generic_plans::int AS kept, custom_plans::int AS made FROM pg_prepared_statements WHERE name = '${name}'`,
    );
    expect(plans).toEqual([{ kept: 15, made: 5 }]);
  } finally {
    await one.close();
  }
});
