import type { Migration } from '../../src/shared/migration';
import { createStatementRunner } from '../../src/db/create-statement-runner';
import { createLockTogether } from '../../src/db/lock-together';
import { migration } from '../../docs/recipes/partition-visits-by-month';
import { recordBatch } from '../support/record-batch';
import { defineModels } from '../../src/models';
import { compareTotals } from '../../src/services/queries/compare-totals';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const move = (direction: 'up' | 'down', { [direction]: run }: Migration = migration): Promise<void> =>
  database.sequelize.transaction((transaction) => {
    const runSql = async (sql: string): Promise<void> => {
      await database.sequelize.query(sql, { transaction });
    };
    return run({
      queryInterface: database.sequelize.getQueryInterface(),
      transaction,
      run: runSql,
      lockTogether: createLockTogether(runSql),
    });
  });

/** Records visits of one name, one after another, until it is stopped; `stop` resolves to their numbers. */
function recordUntilStopped(name: string): { stop: () => Promise<number[]> } {
  const run = createStatementRunner(database.sequelize);
  const stopping = new AbortController();
  const recording = (async () => {
    const numbers: number[] = [];
    while (!stopping.signal.aborted) {
      numbers.push((await recordBatch(run, { [name]: 1 })).get(name)!.first);
    }
    return numbers;
  })();
  return {
    stop: () => {
      stopping.abort();
      return recording;
    },
  };
}

/** Reads both tables in the opposite order to the recorders, so that deadlocks would be possible. */
function readUntilStopped(): { stop: () => Promise<number> } {
  const stopping = new AbortController();
  const reading = (async () => {
    let reads = 0;
    for (; !stopping.signal.aborted; reads += 1) {
      await database.sequelize.query(
        'SELECT username, count(*) FROM visits JOIN visitors ON visitors.id = visitor_id GROUP BY 1',
      );
    }
    return reads;
  })();
  return {
    stop: () => {
      stopping.abort();
      return reading;
    },
  };
}

async function countDrifts(): Promise<number> {
  let drifts = 0;
  for await (const part of compareTotals(
    defineModels(database.sequelize),
    createStatementRunner(database.sequelize),
  ))
    drifts += part.drifts.length;
  return drifts;
}

const countIn = async (table: string): Promise<number> => {
  const [row] = await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
  return row?.n ?? -1;
};

const schema = `
  SELECT 'column' AS kind, attname AS name, concat_ws(' ', atttypid::regtype, attnotnull, attidentity) AS definition
    FROM pg_attribute WHERE attrelid = 'visits'::regclass AND attnum > 0
  UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'visits'::regclass
  UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE tablename = 'visits'
  UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT 'sequence', pg_get_serial_sequence('visits', 'id'), NULL
  UNION ALL SELECT 'grant', grantee, privilege_type FROM information_schema.role_table_grants WHERE table_name = 'visits'
  UNION ALL SELECT 'grant', grantee || '.' || column_name, privilege_type FROM information_schema.column_privileges
    WHERE table_name = 'visits' AND grantee <> current_user
  UNION ALL SELECT 'option', option_name, option_value FROM pg_class, pg_options_to_table(reloptions) WHERE relname = 'visits'
  ORDER BY kind, name, definition`;

it('splits and rejoins the log under load without losing or duplicating visits', async () => {
  const before = await database.query(schema);
  const recorders = ['a', 'b', 'c'].map(recordUntilStopped);
  const reader = readUntilStopped();
  try {
    await move('up');
    expect(await countDrifts()).toBe(0);
    await move('down');
  } finally {
    const numbers = await Promise.all(recorders.map(({ stop }) => stop()));
    expect(await reader.stop()).toBeGreaterThan(0);
    for (const got of numbers) expect(got).toEqual(got.map((_, index) => index + 1));
    expect(await countIn('visits')).toBe(numbers.flat().length);
  }
  expect(await countDrifts()).toBe(0);
  expect(await database.query(schema)).toEqual(before);
});

it('keeps the privileges of the service role', async () => {
  const role = `${database.name}_service`;
  await database.query(`CREATE ROLE ${role}`);
  try {
    await database.query(`GRANT SELECT ON visits TO ${role}`);
    await database.query(`GRANT INSERT (visitor_id) ON visits TO ${role}`);
    const before = await database.query(schema);
    await move('up');
    const [granted] = await database.query(
      `SELECT has_table_privilege($1, 'visits', 'SELECT') AS reads,
              has_column_privilege($1, 'visits', 'visitor_id', 'INSERT') AS appends,
              has_column_privilege($1, 'visits', 'visited_at', 'INSERT') AS dates`,
      [role],
    );
    expect(granted).toEqual({ reads: true, appends: true, dates: false });
    await move('down');
    expect(await database.query(schema)).toEqual(before);
  } finally {
    await database.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  }
});

it('uses an index and a constraint created by hand', async () => {
  await recordUntilStopped('a').stop();
  // The same lines as in docs/scaling.md.
  await database.query('CREATE UNIQUE INDEX CONCURRENTLY visits_id_visited_at ON visits (id, visited_at)');
  await database.query(`DO $$ BEGIN EXECUTE format(
    'ALTER TABLE visits ADD CONSTRAINT visits_before_months_bound CHECK (visited_at < %L) NOT VALID',
    (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '2 months') AT TIME ZONE 'UTC'); END $$`);
  await database.query('ALTER TABLE visits VALIDATE CONSTRAINT visits_before_months_bound');
  await move('up');
  const left = await database.query(
    `SELECT 1 FROM pg_constraint WHERE conname = 'visits_before_months_bound'`,
  );
  expect(left).toEqual([]);
});

it('stores visits by month, and creates future months', async () => {
  await recordUntilStopped('a').stop();
  await move('up');
  const [visitor] = await database.query<{ id: string }>('SELECT id FROM visitors');
  const append = (months: number): Promise<unknown> =>
    database.query(
      `INSERT INTO visits (visitor_id, visited_at)
       VALUES ($1, date_trunc('month', now(), 'UTC') + $2 * interval '1 month' + interval '1 day')`,
      [visitor?.id, months],
    );
  const earlier = await countIn('visits_before_months');
  for (const months of [0, 1, 2, 6, 7]) await append(months);
  expect(await countIn('visits_before_months')).toBe(earlier + 2);
  expect(await countIn('visits_without_month')).toBe(1);
  expect(await countIn('visits')).toBe(earlier + 5);
  const [plan] = await database.query<{ 'QUERY PLAN': { Plan: { 'Relation Name'?: string } }[] }>(
    `EXPLAIN (FORMAT JSON) SELECT * FROM visits
     WHERE visited_at >= date_trunc('month', now(), 'UTC') + interval '3 months'
       AND visited_at < date_trunc('month', now(), 'UTC') + interval '4 months'`,
  );
  expect(JSON.stringify(plan)).not.toContain('visits_before_months');

  await database.query('DELETE FROM visits_without_month');
  // As from a session by hand: months are those of UTC in any zone.
  await database.query(`SET timezone = 'America/New_York'; SELECT create_months_of_visits(8)`);
  await append(7);
  expect(await countIn('visits_without_month')).toBe(0);
});
