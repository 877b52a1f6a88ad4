import { setTimeout as wait } from 'node:timers/promises';
import { createMigrator } from '../../src/db/create-migrator';
import { createStatementRunner } from '../../src/db/create-statement-runner';
import { correctCounts } from '../../src/services/commands/rolling/correct-counts';
import { catchUp } from '../../src/services/commands/rolling/catch-up';
import { createRollUpPart, rollUpVisits } from '../../src/services/commands/rolling/roll-up-visits';
import { compareCounts } from '../../src/services/queries/compare-counts';
import { listVisitorRanges, type VisitorRange } from '../../src/services/queries/list-visitor-ranges';
import type { RunStatement, Statement } from '../../src/shared/statement';
import { addMiscountedNames, countReadRows } from '../support/add-miscounted-names';
import { recordBatch } from '../support/record-batch';
import { recordOnAnySchema } from '../support/record-on-any-schema';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { onClient } from '../support/transfer';

let database: TestDatabase;
let run: RunStatement;
beforeEach(async () => {
  database = await createTestDatabase();
  run = createStatementRunner(database.sequelize);
  await database.query(`INSERT INTO visitors (username) VALUES ('a'), ('b'), ('c')`);
});
afterEach(() => database.drop());

const insert = `INSERT INTO visits (visitor_id, visited_at)
  SELECT 1 + n % 3, now() - random() * interval '90 days' FROM generate_series(1, $1) AS n`;

// The visits of one name alone, since an open transaction keeps the totals of its names locked.
const insertOfB = 'INSERT INTO visits (visitor_id) SELECT 2 FROM generate_series(1, $1)';

/** The visits that each table of counts holds, by grain, and those behind the watermark. */
async function sumCounts(): Promise<{ counted: string[]; rolled: string }> {
  const [row] = await database.query<{ counted: string[]; rolled: string }>(`
    SELECT array(
        SELECT sum(visits)::text FROM visit_counts GROUP BY grain
        UNION SELECT sum(visits)::text FROM visit_counts_of_all GROUP BY grain
      ) AS counted,
      (SELECT count(*) FROM visits, visit_rollup WHERE id <= rolled_id)::text AS rolled`);
  return row!;
}

async function checkAll(check: (of: RunStatement, range?: VisitorRange) => Promise<number>): Promise<number> {
  let faults = await check(run);
  for await (const range of listVisitorRanges(run, { visitors: 2, visits: 1000 }))
    faults += await check(run, range);
  return faults;
}

/** Records visits until the work is done. */
async function whileRecording(
  work: () => Promise<void>,
  record = (): Promise<unknown> => recordBatch(run, { a: 3, b: 1 }),
): Promise<void> {
  const stopping = new AbortController();
  const recording = (async () => {
    while (!stopping.signal.aborted) await record();
  })();
  try {
    await work();
  } finally {
    stopping.abort();
    await recording;
  }
}

it('leaves visits of an open transaction to a later pass, without waiting', async () => {
  await onClient(database, async (client) => {
    await client.query('BEGIN');
    await client.query('INSERT INTO visits (visitor_id) VALUES (1)');
    await database.query(insertOfB, [20]);
    expect(await catchUp(run, 300)).toBe(false);
    expect((await sumCounts()).rolled).toBe('0');
    await client.query('COMMIT');
  });
  expect(await catchUp(run)).toBe(true);
  expect(await sumCounts()).toEqual({ counted: ['21'], rolled: '21' });
});

it('rolls up smaller parts after one that exceeds the statement timeout', async () => {
  await database.query(`
    CREATE FUNCTION delay() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.01); RETURN NEW; END';
    CREATE TRIGGER delay BEFORE INSERT ON visit_counts FOR EACH ROW EXECUTE FUNCTION delay();
    INSERT INTO visits (visitor_id, visited_at) SELECT 1, now() - n * interval '1 hour' FROM generate_series(1, 64) AS n`);
  await onClient(database, async (client) => {
    await client.query(`SET statement_timeout = '400ms'`);
    const hurried: RunStatement = async <Row extends object>(
      { text }: Statement,
      values: readonly unknown[],
    ) => (await client.query<Row>(text, [...values])).rows;
    const rollUpPart = createRollUpPart(hurried, 64);
    const failures: unknown[] = [];
    for (let part = 0; part < 60 && (await sumCounts()).rolled !== '64'; part += 1) {
      await rollUpPart().catch((error: unknown) => failures.push(error));
    }
    expect(failures).not.toHaveLength(0);
  });
  expect(await sumCounts()).toEqual({ counted: ['64'], rolled: '64' });
});

it('waits for a transaction that was prepared after it was seen', async () => {
  const [setting] = await database.query<Record<string, string>>('SHOW max_prepared_transactions');
  if (setting?.['max_prepared_transactions'] === '0') return;
  await database.query(`BEGIN; INSERT INTO visits (visitor_id) VALUES (1); PREPARE TRANSACTION 'visit'`);
  expect(await catchUp(run, 300)).toBe(false);
  await database.query(`COMMIT PREPARED 'visit'`);
  expect(await catchUp(run)).toBe(true);
});

it('counts a visit behind the watermark in its own transaction, and no pass overtakes it', async () => {
  await database.query(insert, [100]);
  await database.query('DELETE FROM visits WHERE id = 50');
  await catchUp(run);
  const low = 'INSERT INTO visits (id, visitor_id) VALUES (50, 1)';
  await database.query(`BEGIN; ${low}; ROLLBACK`);
  expect(await sumCounts()).toEqual({ counted: ['99'], rolled: '99' });
  await onClient(database, async (client) => {
    await client.query('BEGIN');
    await client.query(low);
    await database.query(insertOfB, [5]);
    expect(await catchUp(run, 300)).toBe(false);
    await client.query('COMMIT');
  });
  expect(await sumCounts()).toEqual({ counted: ['100'], rolled: '100' });
  await catchUp(run);
  expect(await sumCounts()).toEqual({ counted: ['105'], rolled: '105' });
});

it('rolls up each visit once with several processes at work', async () => {
  await whileRecording(async () => {
    await database.query(insert, [3000]);
    await Promise.all(
      [1, 2, 3].map(async () => {
        for (let pass = 0; pass < 30; pass += 1) await rollUpVisits(run, 200);
      }),
    );
  });
  expect(await catchUp(run)).toBe(true);
  const [log] = await database.query<{ n: string }>('SELECT count(*)::text AS n FROM visits');
  expect(await sumCounts()).toEqual({ counted: [log!.n], rolled: log!.n });
});

it('refuses an isolation level in which it would lose visits', async () => {
  await expect(
    database.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT roll_up_visits(10)'),
  ).rejects.toThrow(/default_transaction_isolation/);
});

it('finds counts that differ, and corrects them while visits are recorded', async () => {
  await database.query(insert, [500]);
  await catchUp(run);
  await whileRecording(async () => {
    expect(await checkAll(compareCounts)).toBe(0);
    await database.query('UPDATE visit_counts SET visits = visits + 1 WHERE visitor_id = 2 AND grain = 6');
    await database.query('DELETE FROM visit_counts WHERE visitor_id = 1 AND grain = 3');
    await database.query('INSERT INTO visit_counts VALUES (1, 4, 7, 1), (99, 1, 7, 1)');
    await database.query('UPDATE visit_counts_of_all SET visits = 0 WHERE grain = 5');
    expect(await checkAll(compareCounts)).toBeGreaterThan(5);
    expect(await checkAll(correctCounts)).toBeGreaterThan(5);
    await wait(50);
    await rollUpVisits(run, 1000);
    expect(await checkAll(compareCounts)).toBe(0);
  });
  await database.query('TRUNCATE visit_counts, visit_counts_of_all');
  await checkAll(correctCounts);
  expect(await checkAll(compareCounts)).toBe(0);
});

it('migrates up, down and up while visits are recorded, and fills itself', async () => {
  const migrator = createMigrator({ sequelize: database.sequelize });
  await database.query(insert, [500]);
  await whileRecording(
    async () => {
      await catchUp(run, 100);
      await migrator.down({ to: '20261128120000-create-visit-counts' });
      await migrator.up();
      await rollUpVisits(run, 100);
    },
    () => recordOnAnySchema(database, ['a', 'b']),
  );
  expect(await catchUp(run)).toBe(true);
  const [log] = await database.query<{ n: string }>('SELECT count(*)::text AS n FROM visits');
  expect(await sumCounts()).toEqual({ counted: [log!.n], rolled: log!.n });
  expect(await checkAll(compareCounts)).toBe(0);
});

it('makes plans anew that were made while the tables were small', async () => {
  await database.query('ALTER TABLE visit_counts SET (autovacuum_enabled = false)');
  await database.query(insert, [1]);
  await catchUp(run);
  await database.query('ANALYZE visit_counts');
  await onClient(database, async (client) => {
    await client.query('SET plan_cache_mode = force_generic_plan');
    await client.query(
      'PREPARE look_up (bigint) AS SELECT FROM visit_counts WHERE visitor_id = $1 AND grain = 1',
    );
    const explain = async (): Promise<string> =>
      JSON.stringify((await client.query('EXPLAIN EXECUTE look_up (1)')).rows);
    expect(await explain()).toContain('Seq Scan');

    await database.query(
      `INSERT INTO visitors (username) SELECT 'n' || n FROM generate_series(1, 3000) AS n`,
    );
    await database.query(`INSERT INTO visits (visitor_id) SELECT id FROM visitors WHERE username LIKE 'n%'`);
    await catchUp(run);
    expect(await explain()).not.toContain('Seq Scan');
  });
});

it('has visitors analysed whom a vacuum miscounted, and only once', async () => {
  await addMiscountedNames(database, 20_000);
  const readState = async () => {
    const [row] = await database.query<{ counted: number; analysed: number }>(
      `SELECT reltuples::int AS counted, analyze_count::int AS analysed
       FROM pg_class JOIN pg_stat_user_tables ON relid = pg_class.oid WHERE pg_class.relname = 'visitors'`,
    );
    return row;
  };
  const before = await readState();
  expect(before?.counted).toBeLessThan(10);
  for (let pass = 0; pass < 3; pass += 1) {
    await recordBatch(run, { a: 1 });
    await rollUpVisits(run, 50_000);
  }
  expect(await readState()).toEqual({ counted: 20_004, analysed: (before?.analysed ?? 0) + 1 });
});

it.each(['VACUUM', 'ANALYZE'] as const)(
  'looks up each changed total, whatever a %s counted',
  async (count) => {
    await database.query('DELETE FROM visits; DELETE FROM visitors');
    await catchUp(run);
    await addMiscountedNames(database, 5000, count);
    const before = await countReadRows(database);
    await onClient(database, (client) => client.query('SELECT FROM roll_up_visits(50000)'));
    // A server before version 15 tells it later.
    await wait(1000);
    expect((await countReadRows(database)) - before).toBeLessThan(100_000);
    expect(await database.query('SELECT FROM sorted_totals')).toHaveLength(5001);
  },
);
