import fc from 'fast-check';
import { createStatementRunner } from '../../src/db/create-statement-runner';
import { rollUpVisits } from '../../src/services/commands/rolling/roll-up-visits';
import { chooseRange } from '../../src/services/queries/choose-range';
import { getDashboard, type Dashboard } from '../../src/services/queries/get-dashboard';
import { getWholeHistory } from '../../src/services/queries/get-range-history';
import { getVisitorRange } from '../../src/services/queries/get-visitor-range';
import { rangeKeys, type RangeRequest } from '../../src/services/queries/range';
import type { VisitorPageRequest } from '../../src/services/queries/visitor-page';
import type { RunStatement } from '../../src/shared/statement';
import { changeVisitor } from '../support/change-visitor';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let run: RunStatement;
beforeAll(async () => {
  database = await createTestDatabase();
  run = createStatementRunner(database.sequelize);
  await database.query(`INSERT INTO visitors (username) VALUES ('a'), ('b'), ('c'), ('hidden')`);
});
beforeEach(() => database.query('DELETE FROM visits'));
afterAll(() => database.drop());

const zones = ['UTC', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns', 'Europe/Berlin'] as const;
const day = 86_400_000;

const range: fc.Arbitrary<RangeRequest> = fc.oneof(
  fc.constantFrom(...rangeKeys).map((key) => ({ key })),
  fc.tuple(fc.integer({ min: -900, max: 2 }), fc.integer({ min: 0, max: 900 })).map(([first, days]) => ({
    from: toDate(first),
    to: days % 7 === 6 ? undefined : toDate(first + days),
  })),
);
const order = fc.record({
  by: fc.constantFrom('visits' as const, 'id' as const, 'username' as const),
  descending: fc.boolean(),
});

function toDate(daysFromNow: number): string {
  return new Date(Date.now() + daysFromNow * day).toISOString().slice(0, 10);
}

/** Adds visits: some recent ones, some of the last three years, and some that are dated ahead. */
async function addVisits(times: number): Promise<void> {
  await database.query(
    `INSERT INTO visits (visitor_id, visited_at)
     SELECT 1 + n % 4, now() - (ARRAY[random() * interval '3 days', random() * random() * interval '1100 days', -random() * interval '3 days'])[1 + n % 7 % 3]
     FROM generate_series(1, $1) AS n`,
    [times],
  );
}

interface Counted {
  readonly id: string;
  readonly username: string;
  readonly visits: number;
  readonly isHidden: boolean;
}

/** Counts the visits of every visitor in the log alone. */
async function countInLog(since: Date, until: Date): Promise<Counted[]> {
  const rows = await database.query<Omit<Counted, 'visits'> & { visits: string }>(
    `SELECT visitors.id, username, hidden_at IS NOT NULL AS "isHidden", count(visits.id) AS visits
     FROM visitors LEFT JOIN visits ON visitor_id = visitors.id AND visited_at >= $1 AND visited_at < $2
     GROUP BY visitors.id ORDER BY count(visits.id) DESC, visitors.id`,
    [since, until],
  );
  return rows.map((row) => ({ ...row, visits: Number(row.visits) }));
}

const sum = (counts: readonly (number | string)[]): number =>
  counts.reduce<number>((a, b) => a + Number(b), 0);
const listSums = ({ list }: Dashboard) =>
  new Map(list.visitors.map(({ username, visits }) => [username, Number(visits)]));

/** The ends of the whole log and of the whole future. */
const always = [new Date('0001-01-01T00:00:00Z'), new Date('9999-12-31T00:00:00Z')] as const;

async function compare(request: RangeRequest, timeZone: string, page: VisitorPageRequest): Promise<void> {
  const dashboard = await getDashboard(run, page, request, timeZone);
  const { figures, previous, history, summary, sparks, list } = dashboard;
  const counted = await countInLog(...(figures ? ([figures.since, figures.until] as const) : always));
  const all = sum(counted.map(({ visits }) => visits));

  expect(Number(figures?.visits ?? summary.visits)).toBe(all);
  expect(Number(history.visits)).toBe(all);
  expect(sum([history.before, history.ahead, ...history.points.map(({ visits }) => visits)])).toBe(all);
  const visible = counted.filter(({ isHidden }) => !isHidden);
  expect(listSums(dashboard)).toEqual(new Map(visible.map(({ username, visits }) => [username, visits])));
  if (figures) expect(Number(figures.visitors)).toBe(counted.filter(({ visits }) => visits > 0).length);
  if (previous) {
    const before = await countInLog(previous.since, previous.until);
    expect(Number(previous.visits)).toBe(sum(before.map(({ visits }) => visits)));
    expect(Number(previous.visitors)).toBe(before.filter(({ visits }) => visits > 0).length);
    expect(previous.until.getTime()).toBeLessThanOrEqual(history.since.getTime());
  }
  const charted = new Map(
    (await countInLog(history.since, history.until)).map(({ id, visits }) => [id, visits]),
  );
  for (const { id } of list.visitors) {
    const spark = sparks.get(id) ?? [];
    expect(spark.length).toBeLessThanOrEqual(30);
    expect(sum(spark)).toBe(charted.get(id));
  }
  const inOrder = visible.filter(({ visits }) => visits > 0);
  for (const { username, visits } of visible) await compareVisitor(username, visits);

  async function compareVisitor(username: string, visits: number): Promise<void> {
    const found = await getVisitorRange(run, username, request, timeZone);
    const place = inOrder.findIndex((row) => row.username === username) + 1;
    expect([username, found.place]).toEqual([username, place === 0 ? undefined : String(place)]);
    expect(Number(found.history.visits)).toBe(visits);
    const [best] = await database.query<{ visits: string }>(
      `SELECT count(*) AS visits FROM visits JOIN visitors ON visitors.id = visitor_id
       WHERE username = $1 AND visited_at >= $2 AND visited_at < $3
       GROUP BY date_trunc('day', visited_at AT TIME ZONE $4) ORDER BY count(*) DESC LIMIT 1`,
      [username, found.history.since, found.history.until, timeZone],
    );
    expect(found.bestDay?.visits).toBe(best?.visits);
  }
}

it('chooses all visits where a range would read the counts of many names', async () => {
  const choose = async (visitors: string, asked?: RangeRequest) => {
    const rows = [{ now: new Date(), visits: '1', visitors }];
    const { range } = await chooseRange(
      <Row extends object>() => Promise.resolve(rows as unknown as Row[]),
      asked,
      'UTC',
    );
    return range;
  };
  expect([await choose('10000'), await choose('10001')]).toEqual([{ key: '30d' }, { key: 'all' }]);
  expect(await choose('10001', { key: '7d' })).toEqual({ key: '7d' });
});

it('figures, chart, list, sparks, places and best days of any range equal the log', async () => {
  await changeVisitor(database, { act: 'hide', username: 'hidden' });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...zones),
      range,
      order,
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 0, max: 3 }),
      async (timeZone, request, by, times, passes) => {
        const page = { order: by, limit: 10, after: undefined, search: undefined };
        await addVisits(times);
        // Some of the visits stay in the tail.
        for (let pass = 0; pass < passes; pass += 1) await rollUpVisits(run, 40);
        await compare(request, timeZone, page);
      },
    ),
    { numRuns: 25, endOnFailure: true },
  );
}, 180_000);

it('finds the best day of many years of few visits in a few short statements', async () => {
  const [visitor] = await database.query<{ id: string }>(
    `INSERT INTO visitors (username) VALUES ('rare') RETURNING id`,
  );
  // A visit every 11 days, and five more on a day long ago and on one of the last.
  await database.query(
    `INSERT INTO visits (visitor_id, visited_at)
     SELECT $1::bigint, moment FROM generate_series(now() - interval '50 years', now(), interval '11 days') AS moment
     UNION ALL SELECT $1, noon - ago + n * interval '1 minute'
     FROM (SELECT date_trunc('day', now(), 'UTC') + interval '12 hours' AS noon) AS today,
       (VALUES (interval '40 years'), (interval '2 days')) AS day (ago), generate_series(0, 4) AS n`,
    [visitor?.id],
  );
  for (let pass = 0; pass < 60; pass += 1) await rollUpVisits(run, 40);
  const { spans, counting } = countSpans();
  const { bestDay } = await getVisitorRange(counting, 'rare', { key: 'all' }, 'UTC');
  const [best] = await database.query<{ start: Date; visits: string }>(
    `SELECT date_trunc('day', visited_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS start, count(*) AS visits
     FROM visits WHERE visitor_id = $1 GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1`,
    [visitor?.id],
  );
  expect(bestDay).toEqual(best);
  const [bounds, months, ...days] = spans;
  expect(bounds).toBeLessThan(10);
  expect(months).toBeGreaterThan(600);
  expect(sum(days)).toBeLessThan(200);
  expect(days.length).toBeLessThan(5);
});

it.each([
  ['day', '80 days', 100],
  ['day', '91 days', 100],
  ['week', '92 days', 110],
  ['week', '23 months', 110],
  ['week', '730 days', 110],
  ['month', '731 days', 50],
  ['month', '3 years', 50],
])(
  'reads all visits by %s, of %s, on any day, without a point for each month since 1970',
  async (interval, age, most) => {
    for (const now of [
      '2026-11-30T23:59:59Z',
      '2026-12-01T00:00:01Z',
      '2027-03-01T12:00:00Z',
      '2028-02-29T12:00:00Z',
    ]) {
      const [visitor] = await database.query<{ id: string }>(
        `WITH made AS (INSERT INTO visitors (username) VALUES ($1) RETURNING id), added AS (
           INSERT INTO visits (visitor_id, visited_at)
           SELECT id, ($2::timestamptz AT TIME ZONE 'UTC' - age) AT TIME ZONE 'UTC'
           FROM made, unnest($3::interval[]) AS visit (age)
         ) SELECT id FROM made`,
        [`${age} to ${now}`, now, ['1 second', age]],
      );
      const { spans, counting } = countSpans();
      const history = await getWholeHistory(counting, 'UTC', new Date(now), visitor?.id);
      expect([now, history.interval, history.visits, history.points[0]?.visits]).toEqual([
        now,
        interval,
        '2',
        '1',
      ]);
      expect(sum(spans.slice(0, 2))).toBeLessThan(most + 10);
    }
  },
);

/** Counts the spans that each statement is asked for. */
function countSpans() {
  const spans: number[] = [];
  const counting: RunStatement = (statement, values) => {
    const instants = values[8];
    if (Array.isArray(instants)) spans.push(instants.length - 1);
    return run(statement, values);
  };
  return { spans, counting };
}
