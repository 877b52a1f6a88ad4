import fc from 'fast-check';
import { Client, type ClientBase } from 'pg';
import { createMigrator } from '../../src/db/create-migrator';
import { createStatementRunner } from '../../src/db/create-statement-runner';
import { catchUp } from '../../src/services/commands/rolling/catch-up';
import { correctSortedTotals } from '../../src/services/commands/rolling/correct-sorted-totals';
import { rollUpVisits } from '../../src/services/commands/rolling/roll-up-visits';
import { importTotals } from '../../src/services/commands/transfer/import-totals';
import { undoImport } from '../../src/services/commands/transfer/undo-import';
import { compareSortedTotals } from '../../src/services/queries/compare-sorted-totals';
import { getPlace } from '../../src/services/queries/get-place';
import { getSummary } from '../../src/services/queries/get-summary';
import { countListLimits, listByCount, type CountListLimits } from '../../src/services/queries/list-by-count';
import { listVisitors } from '../../src/services/queries/list-visitors';
import type { VisitorRow } from '../../src/services/queries/visitor-page';
import { findSqlState } from '../../src/shared/find-sql-state';
import { OperatorError } from '../../src/shared/operator-error';
import type { RunStatement } from '../../src/shared/statement';
import { recordBatch } from '../support/record-batch';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { onClient, someFile } from '../support/transfer';
import { drawWalk, walkPages, type WalkRequest } from '../support/walk-pages';

let database: TestDatabase;
let run: RunStatement;
beforeEach(async () => {
  database = await createTestDatabase();
  run = createStatementRunner(database.sequelize);
  await database.query(`INSERT INTO visitors (username) VALUES ('a'), ('b'), ('c')`);
});
afterEach(() => database.drop());

/** The outer join of visitors with the log and the opening balances, grouped by visitor. */
const definition = `
  SELECT visitors.id, username, count(visits.id)
    + (SELECT coalesce(sum(visits), 0)::bigint FROM opening_balances WHERE visitor_id = visitors.id) AS visits
  FROM visitors LEFT JOIN visits ON visitor_id = visitors.id
  GROUP BY visitors.id`;

interface Question extends WalkRequest {
  readonly limits: CountListLimits;
}

const question: fc.Arbitrary<Question> = fc.record({
  ...drawWalk,
  limits: fc.constantFrom(
    countListLimits,
    { ...countListLimits, fewMatches: 0 },
    { ...countListLimits, fewMatches: 0, mostSteps: 4 },
    { ...countListLimits, mostVisits: 3 },
    { ...countListLimits, mostChanged: 2 },
  ),
});

/** Compares a list and the summary with the definition in one snapshot, while others write. */
function compare({ limits, ...request }: Question): Promise<void> {
  return onClient(database, async (client) => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    const runHere: RunStatement = async ({ text }, values) => (await client.query(text, [...values])).rows;
    const { rows } = await client.query<VisitorRow>(definition);
    await walkPages(rows, request, (page) => listVisitors(runHere, page, limits));
    const { visits, visitors } = await getSummary(runHere, 'UTC');
    const sum = rows.reduce((sum, row) => sum + Number(row.visits), 0);
    expect({ visits, visitors }).toEqual({ visits: String(sum), visitors: String(rows.length) });
    await client.query('COMMIT');
  });
}

/** Lists by count without reading the total of every visitor. */
async function walk(): Promise<string[] | undefined> {
  const order = { by: 'visits', descending: true } as const;
  const page = { order, limit: 1000, after: undefined, search: undefined };
  return (await listByCount(run, page, countListLimits))?.map(
    ({ username, visits }) => `${username} ${visits}`,
  );
}

type Action =
  | { kind: 'visits' | 'names' | 'lowIds' | 'import' | 'undo' | 'erase' | 'correct'; times: number }
  | { kind: 'long'; times: number; what: 'visits' | 'names' | 'balances' }
  | { kind: 'rollUp' | 'killedRollUp'; most: number }
  | { kind: 'read'; question: Question };

const times = fc.integer({ min: 1, max: 9 });
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    kind: fc.constantFrom<'visits' | 'names' | 'lowIds' | 'import' | 'undo' | 'erase' | 'correct'>(
      ...(['visits', 'visits', 'names', 'lowIds', 'import', 'undo', 'erase', 'correct'] as const),
    ),
    times,
  }),
  fc.record({
    kind: fc.constant('long' as const),
    times,
    what: fc.constantFrom('visits', 'names', 'balances'),
  }),
  fc.record({
    kind: fc.constantFrom('rollUp' as const, 'rollUp' as const, 'killedRollUp' as const),
    most: fc.integer({ min: 1, max: 20 }),
  }),
  fc.record({ kind: fc.constant('read' as const), question }),
);

const insertLowIds = `INSERT INTO visits (id, visitor_id)
  SELECT free.id, (SELECT id FROM visitors ORDER BY random() + free.id LIMIT 1)
  FROM (
    SELECT given.id FROM generate_series(-3, (SELECT last_value FROM visits_id_seq)) AS given (id)
    WHERE NOT EXISTS (SELECT FROM visits WHERE visits.id = given.id) ORDER BY random() LIMIT $1
  ) AS free ON CONFLICT DO NOTHING`;
const insertOf = {
  visits: `INSERT INTO visits (visitor_id) SELECT id FROM visitors CROSS JOIN generate_series(1, $1)`,
  names: `INSERT INTO visitors (username) SELECT 'new-long-' || txid_current() || n FROM generate_series(1, $1) AS n`,
  balances: `WITH made AS (INSERT INTO balance_imports (source) VALUES ('x') RETURNING id)
    INSERT INTO opening_balances (import_id, visitor_id, visits) SELECT made.id, visitors.id, $1::int FROM made, visitors`,
} as const;

/**
 * Steps run at once, so an import or an undo may meet another one of the same lines, or one that a conflict left half
 * done. It is refused with words, and changes nothing.
 */
function ignoreRefused(error: unknown): void {
  if (!(error instanceof OperatorError)) throw error;
}

async function perform(step: Action): Promise<void> {
  switch (step.kind) {
    case 'visits':
      await recordBatch(run, { a: step.times, b: 1, [`new-${step.times}`]: 1 });
      return;
    case 'names':
      await database.query(`INSERT INTO visitors (username) VALUES ($1) ON CONFLICT DO NOTHING`, [
        `none-${step.times}`,
      ]);
      return;
    case 'lowIds':
      await database.query(insertLowIds, [step.times]);
      return;
    case 'import':
      await onClient(database, (client) => importSome(client, step.times).catch(ignoreRefused));
      return;
    case 'undo':
      await onClient(database, async (client) => {
        const { rows } = await client.query<{ id: string }>('SELECT max(id) AS id FROM balance_imports');
        if (rows[0]?.id) await undoImport(client, rows[0].id).catch(ignoreRefused);
      });
      return;
    case 'erase':
      await erase(step.times);
      return;
    case 'correct':
      expect(await correctSortedTotals(run)).toBe(0);
      return;
    case 'long':
      await onClient(database, async (client) => {
        await client.query('BEGIN');
        await client.query(insertOf[step.what], [step.times]);
        await new Promise((resolve) => setTimeout(resolve, step.times * 10));
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
      await compare(step.question);
  }
}

async function importSome(client: ClientBase, most: number): Promise<void> {
  async function* records() {
    for (let line = 1; line <= most; line += 1) {
      yield await Promise.resolve({
        line,
        username: ['a', 'new-1', `old-${line}`][line % 3]! + String(line),
        visits: String(line),
      });
    }
  }
  await importTotals(client, records(), someFile);
}

/** Removes the visits behind the watermark of one name, or the name, as an operator may. */
async function erase(times: number): Promise<void> {
  await onClient(database, async (client) => {
    await client.query('BEGIN');
    await client.query('SELECT FROM visit_rollup FOR UPDATE');
    const { rows } = await client.query<{ id: string }>(
      `SELECT id FROM visitors WHERE username ${times % 2 ? "= 'b'" : "LIKE 'new-%'"} ORDER BY id LIMIT 1`,
    );
    for (const { id } of rows) {
      await client.query('SELECT FROM visit_totals WHERE visitor_id = $1 FOR UPDATE', [id]);
      await client.query(
        'DELETE FROM visits WHERE visitor_id = $1 AND id <= (SELECT rolled_id FROM visit_rollup)',
        [id],
      );
      await client.query(
        `UPDATE visit_totals SET visits = (SELECT count(*) FROM visits WHERE visitor_id = $1)
          + (SELECT coalesce(sum(visits), 0) FROM opening_balances WHERE visitor_id = $1) WHERE visitor_id = $1`,
        [id],
      );
      await client.query('SELECT correct_visit_counts($1, $1), correct_visit_counts_of_all()', [id]);
      await client.query(
        `DELETE FROM visitors WHERE id = $1 AND username <> 'b' AND NOT EXISTS (SELECT FROM visits WHERE visitor_id = $1)
           AND NOT EXISTS (SELECT FROM opening_balances WHERE visitor_id = $1)`,
        [id],
      );
    }
    await client.query('COMMIT');
  });
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

/** Of two transactions that meet at one row, one may fail: that is right, and it counts nowhere. */
function allowConflict(error: unknown): void {
  if (!['23505', '23503', '40P01', '40001'].includes(findSqlState(error) ?? '')) throw error;
}

it('lists and sums what the log and the balances define, under any mix of changes, passes and crashes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { minLength: 4, maxLength: 14 }),
      fc.array(question, { minLength: 3, maxLength: 3 }),
      async (steps, questions) => {
        await Promise.all(steps.map((step) => perform(step).catch(allowConflict)));
        for (const asked of questions) await compare(asked);
        while ((await rollUpVisits(run, 7)).remaining);
        for (const asked of questions) await compare(asked);
        expect(await compareSortedTotals(run)).toBe(0);
        const left = await database.query('SELECT count(*)::int AS n FROM changed_totals');
        expect(left).toEqual([{ n: 0 }]);
      },
    ),
    { numRuns: 20, endOnFailure: true },
  );
}, 180_000);

it('gives up the walk while many totals may be old, and walks again after the roll-up', async () => {
  await database.query(insertOf.names, [6000]);
  expect(await walk()).toBeUndefined();
  await catchUp(run);
  await recordBatch(run, { a: 2, c: 1 });
  expect((await walk())?.slice(0, 3)).toEqual(['a 2', 'c 1', 'b 0']);
});

it('misses no changed total behind many marks of one visitor', async () => {
  await catchUp(run);
  await database.query(`INSERT INTO changed_totals (visitor_id) SELECT 1 FROM generate_series(1, 6000)`);
  await recordBatch(run, { b: 1 });
  await database.query(`WITH made AS (INSERT INTO balance_imports (source) VALUES ('x') RETURNING id)
    INSERT INTO opening_balances (import_id, visitor_id, visits) SELECT id, 3, 7 FROM made`);
  expect(await walk()).toBeUndefined();
  const { visitors } = await listVisitors(run, {
    order: { by: 'visits', descending: true },
    limit: 2,
    after: undefined,
    search: undefined,
  });
  expect(visitors.map(({ username, visits }) => `${username} ${visits}`)).toEqual(['c 7', 'b 1']);
  await catchUp(run);
  expect(await walk()).toEqual(['c 7', 'b 1', 'a 0']);
});

it('reads few pages after very many totals were changed and copied', async () => {
  await database.query('INSERT INTO changed_totals (visitor_id) SELECT 1 FROM generate_series(1, 50000)');
  await database.query('DELETE FROM changed_totals');
  // As if readers had kept it from giving the pages back.
  await database.query('VACUUM (ANALYZE, TRUNCATE off, INDEX_CLEANUP on) changed_totals');
  const pages: number[] = [];
  const explain: RunStatement = async ({ text }, values) => {
    const [row] = await database.query<Record<string, [{ Plan: Record<string, number> }]>>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`,
      [...values],
    );
    const { Plan } = row!['QUERY PLAN']![0];
    pages.push(Plan['Shared Hit Blocks']! + Plan['Shared Read Blocks']!);
    return [];
  };
  const order = { by: 'visits', descending: true } as const;
  await listByCount(explain, { order, limit: 2, after: undefined, search: undefined }, countListLimits);
  await getPlace(explain, '1');
  expect(pages).toHaveLength(2);
  for (const read of pages) expect(read).toBeLessThan(50);
});

it('finds sorted totals and sums that differ, and corrects them', async () => {
  await recordBatch(run, { a: 5, b: 3 });
  await catchUp(run);
  await database.query('UPDATE sorted_totals SET visits = 9 WHERE visitor_id = 2');
  await database.query('DELETE FROM sorted_totals WHERE visitor_id = 3');
  await database.query('UPDATE summary_changes SET visitors = visitors + 1');
  expect(await compareSortedTotals(run)).toBe(3);
  expect(await correctSortedTotals(run)).toBe(3);
  expect(await walk()).toEqual(['a 5', 'b 3', 'c 0']);
  expect(await compareSortedTotals(run)).toBe(0);
});

it('compares them in one pass, however many names are not copied yet', async () => {
  await database.query(insertOf.names, [20_000]);
  await onClient(database, async (client) => {
    // As if there were many more.
    await client.query(`SET work_mem = '64kB'; SET statement_timeout = '5s'`);
    const { rows } = await client.query('SELECT * FROM compare_sorted_totals()');
    expect(rows).toEqual([]);
  });
});

it('sums up the changes of the summary when there are many', async () => {
  await database.query(
    'INSERT INTO summary_changes (visitors) SELECT (n % 2) * 2 - 1 FROM generate_series(1, 1000) AS n',
  );
  await catchUp(run);
  const rows = await database.query(
    'SELECT id, sum(visitors)::int AS visitors FROM summary_changes GROUP BY id',
  );
  expect(rows).toEqual([{ id: '0', visitors: 3 }]);
});

it('migrates up, down and up while visits are recorded, and fills itself', async () => {
  const migrator = createMigrator({ sequelize: database.sequelize });
  const stopping = new AbortController();
  const visits = (async () => {
    for (let turn = 0; !stopping.signal.aborted; turn += 1) {
      // SQL of every schema on the way.
      await database.query(`
        INSERT INTO visitors (username) VALUES ('new-${turn}');
        INSERT INTO visits (visitor_id) SELECT id FROM visitors, generate_series(1, 2) WHERE username IN ('a', 'new-${turn}')`);
      if (turn % 5 === 0) await rollUpVisits(run, 50);
    }
  })();
  await migrator.down({ to: '20261128132000-create-sorted-totals' });
  await migrator.up();
  stopping.abort();
  await visits;
  const descending = { by: 'visits', descending: true } as const;
  const all = { order: descending, limit: 1000, search: undefined, limits: countListLimits };
  await compare(all);
  expect(await catchUp(run)).toBe(true);
  await compare(all);
  expect(await compareSortedTotals(run)).toBe(0);
});
