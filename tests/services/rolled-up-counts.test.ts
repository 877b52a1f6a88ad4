import fc from 'fast-check';
import { Client } from 'pg';
import { createStatementRunner } from '../../src/db/create-statement-runner';
import { rollUpVisits } from '../../src/services/commands/rolling/roll-up-visits';
import { defineModels } from '../../src/models';
import { countBetween } from '../../src/services/queries/count-between';
import { countVisits } from '../../src/services/queries/count-visits';
import { listVisitorsInWindow } from '../../src/services/queries/list-visitors-in-window';
import { listHistorySlots } from '../../src/services/queries/history-slots';
import type { HistoryInterval } from '../../src/services/queries/history';
import { findSqlState } from '../../src/shared/find-sql-state';
import type { RunStatement } from '../../src/shared/statement';
import { recordBatch } from '../support/record-batch';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { onClient } from '../support/transfer';
import { drawWalk, walkPages, type WalkRequest } from '../support/walk-pages';

let database: TestDatabase;
let run: RunStatement;
beforeEach(async () => {
  database = await createTestDatabase();
  run = createStatementRunner(database.sequelize);
  await database.query(`INSERT INTO visitors (username) VALUES ('a'), ('b'), ('c')`);
});
afterEach(() => database.drop());

/** Counts from the log alone. */
async function countInLog(client: Client, instants: readonly Date[], visitorId?: string): Promise<string[]> {
  const { rows } = await client.query<{ span: number; visits: string }>(
    `SELECT width_bucket(visited_at, $1::timestamptz[]) AS span, count(*) AS visits FROM visits
     WHERE $2::bigint IS NULL OR visitor_id = $2 GROUP BY 1`,
    [instants, visitorId],
  );
  const counted = new Map(rows.map(({ span, visits }) => [span, visits]));
  return instants.slice(1).map((_, index) => counted.get(index + 1) ?? '0');
}

/** Compares counts and log in one snapshot, while others write. */
function compare(instants: readonly Date[]): Promise<void> {
  return onClient(database, async (client) => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    const runHere: RunStatement = async ({ text }, values) => (await client.query(text, [...values])).rows;
    for (const visitorId of [undefined, '1', '2']) {
      const counted = await countBetween(runHere, instants, visitorId);
      expect(counted).toEqual(await countInLog(client, instants, visitorId));
    }
    await client.query('COMMIT');
  });
}

/** Walks a list page by page and compares each page with the definition of a number, while nobody writes. */
async function compareLists({ ends, ...request }: ListRequest): Promise<void> {
  const window = { since: ends[0], until: ends[1] };
  const counted = await countVisits(defineModels(database.sequelize), window);
  await walkPages(counted, request, (page) => listVisitorsInWindow(run, page, window));
}

async function rollUpAll(): Promise<void> {
  while ((await rollUpVisits(run, 1000)).remaining);
}

const zones = [
  'UTC',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Africa/Monrovia',
] as const;
const day = 86_400_000;

// Beside today: the end of Monrovia's offset of 44 minutes and 30 seconds, and the time before 1970.
const around = fc.constantFrom(Date.now(), Date.UTC(1972, 0, 7), Date.UTC(1969, 11, 31));
const window: fc.Arbitrary<Date[]> = fc.oneof(
  fc
    .record({
      interval: fc.constantFrom<HistoryInterval>('hour', 'day', 'week', 'month'),
      timeZone: fc.constantFrom(...zones),
      until: fc.tuple(around, fc.integer({ min: -3 * day, max: 3 * day })).map(([at, by]) => at + by),
      length: fc.integer({ min: 1, max: 20 * day }),
    })
    .map(({ interval, timeZone, until, length }) => {
      const since = new Date(until - length);
      const { starts } = listHistorySlots({ interval, timeZone, since, until: new Date(until) });
      return [since, ...starts.slice(1), new Date(until)];
    }),
  fc
    .array(fc.integer({ min: -40 * day, max: 2 * day }), { minLength: 2, maxLength: 5 })
    .map((list) => list.sort((a, b) => a - b).map((by) => new Date(Date.now() + by))),
);

interface ListRequest extends WalkRequest {
  readonly ends: readonly [Date | undefined, Date | undefined];
}

const end = fc.option(fc.integer({ min: -4 * day, max: day }), { nil: undefined });
const list: fc.Arbitrary<ListRequest> = fc.record({
  ends: fc.tuple(around, end, end).map(([at, ...ends]) => {
    const [since, until] = ends.map((by) => (by === undefined ? undefined : new Date(at + by)));
    return [since, until] as const;
  }),
  ...drawWalk,
});

type Action =
  | { kind: 'visits' | 'old' | 'lowIds' | 'long' | 'keyed'; times: number }
  | { kind: 'rollUp' | 'killedRollUp'; most: number }
  | { kind: 'read'; window: Date[] };

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    kind: fc.constantFrom(
      'visits' as const,
      'old' as const,
      'lowIds' as const,
      'long' as const,
      'keyed' as const,
    ),
    times: fc.integer({ min: 1, max: 20 }),
  }),
  fc.record({
    kind: fc.constantFrom('rollUp' as const, 'rollUp' as const, 'killedRollUp' as const),
    most: fc.integer({ min: 1, max: 50 }),
  }),
  fc.record({ kind: fc.constant('read' as const), window }),
);

const insertOld = `INSERT INTO visits (visitor_id, visited_at)
  SELECT 1 + n % 3, to_timestamp((ARRAY[extract(epoch FROM now()), 63590400, 0])[1 + n % 3]) + (random() - 0.5) * interval '6 days'
  FROM generate_series(1, $1) AS n`;

/** Inserts visits with ids that lie among those given out before, or just ahead of them. */
const insertLowIds = `INSERT INTO visits (id, visitor_id, visited_at)
  SELECT free.id, 1 + abs(free.id) % 3, now() - random() * interval '3 days'
  FROM (
    SELECT given.id FROM generate_series(-5, (SELECT last_value FROM visits_id_seq)) AS given (id)
    WHERE NOT EXISTS (SELECT FROM visits WHERE visits.id = given.id) ORDER BY random() LIMIT $1
  ) AS free
  ORDER BY id ON CONFLICT DO NOTHING`;

let keys = 0;

async function perform(step: Action): Promise<void> {
  switch (step.kind) {
    case 'visits':
      await recordBatch(run, { a: step.times, b: 1, [`new-${step.times}`]: 1 });
      return;
    case 'keyed': {
      const names = Array.from({ length: step.times }, (_, n) => 'abc'[n % 3]!);
      const given = names.map(() => `k-${(keys += 1)}`);
      await run({ text: `SELECT * FROM record_visits_once($1, $2, interval '1 day')` }, [given, names]);
      return;
    }
    case 'old':
      await database.query(insertOld, [step.times]);
      return;
    case 'lowIds':
      await database.query(insertLowIds, [step.times]);
      return;
    case 'long':
      await onClient(database, async (client) => {
        await client.query('BEGIN');
        await client.query(step.times % 2 ? insertOld : insertLowIds, [step.times]);
        await new Promise((resolve) => setTimeout(resolve, step.times * 5));
        await client.query(step.times % 5 ? 'COMMIT' : 'ROLLBACK');
      });
      return;
    case 'rollUp':
      await rollUpVisits(run, step.most);
      return;
    case 'killedRollUp':
      await killWhileRollingUp(step.most);
      return;
    case 'read':
      await compare(step.window);
  }
}

/** Of two visits with one id, or of two that wait for each other, one fails: that is right, and it counts nowhere. */
function allowConflict(error: unknown): void {
  if (!['23505', '40P01'].includes(findSqlState(error) ?? '')) throw error;
}

/** Ends the backend of a pass within it, or after it and before its commit. */
async function killWhileRollingUp(most: number): Promise<void> {
  const client = new Client(database.clientConfig);
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  await client.query('BEGIN');
  const pass = client.query('SELECT roll_up_visits($1)', [most]).catch(() => undefined);
  if (most % 2) await pass;
  await database.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
  await pass;
  await client.end().catch(() => undefined);
}

it('equals the log under any mix of visits, old and low ids, long transactions, passes and crashes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { minLength: 4, maxLength: 14 }),
      window,
      list,
      async (steps, last, pages) => {
        await Promise.all(steps.map((step) => perform(step).catch(allowConflict)));
        await compare(last);
        await compareLists(pages);
        await rollUpAll();
        await compare(last);
        await compareLists(pages);
        const [state] = await database.query<{ rolled: boolean }>(
          `SELECT rolled_id >= coalesce(pg_sequence_last_value('visits_id_seq'), rolled_id) AS rolled FROM visit_rollup`,
        );
        expect(state).toEqual({ rolled: true });
      },
    ),
    { numRuns: 15, endOnFailure: true },
  );
}, 180_000);

it('stores the counts of a bucket beside each other, also after a correction', async () => {
  const isInOrder = `SELECT bool_and(place = n) AS "isInOrder" FROM (
      SELECT row_number() OVER (ORDER BY ctid) AS place, row_number() OVER (ORDER BY grain, bucket, visitor_id) AS n
      FROM visit_counts
    ) AS counts`;
  await database.query(`
    INSERT INTO visits (visitor_id, visited_at)
    SELECT id, now() - n * interval '5 hours' FROM generate_series(1, 20) AS n, visitors`);
  await rollUpAll();
  expect(await database.query(isInOrder)).toEqual([{ isInOrder: true }]);

  await database.query('TRUNCATE visit_counts');
  await database.query('SELECT correct_visit_counts(1, 3)');
  expect(await database.query(isInOrder)).toEqual([{ isInOrder: true }]);
});
