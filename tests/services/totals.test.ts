import fc from 'fast-check';
import { createMigrator } from '../../src/db/create-migrator';
import { createStatementRunner } from '../../src/db/create-statement-runner';
import { defineModels } from '../../src/models';
import { correctTotal } from '../../src/services/commands/correct-total';
import { compareTotals, type TotalDrift } from '../../src/services/queries/compare-totals';
import { countVisits } from '../../src/services/queries/count-visits';
import { listVisitors } from '../../src/services/queries/list-visitors';
import type { RunStatement } from '../../src/shared/statement';
import { databaseEnvironment } from '../support/database-environment';
import { recordBatch } from '../support/record-batch';
import { runProgram } from '../support/run-program';
import { connectTo, createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let run: RunStatement;
beforeEach(async () => {
  database = await createTestDatabase();
  run = createStatementRunner(database.sequelize);
});
afterEach(() => database.drop());

type Action =
  | { kind: 'visits'; names: string[]; times: number }
  | { kind: 'insert'; name: string; times: number }
  | { kind: 'drift'; name: string; by: number | 'removed' }
  | { kind: 'read'; hours: number };

const firstPage = {
  order: { by: 'id', descending: false },
  limit: 1000,
  after: undefined,
  search: undefined,
} as const;
const allTime = { since: new Date('2000-01-01'), until: undefined };

/** A window that starts this many hours ago and ends ten minutes ago. */
function toWindow(hours: number): { since: Date; until: Date } {
  const now = Date.now();
  return { since: new Date(now - hours * 3_600_000), until: new Date(now - 600_000) };
}

function sumVisits(visitors: readonly { readonly visits: string }[]): number {
  return visitors.reduce((sum, { visits }) => sum + Number(visits), 0);
}

async function findDrifts(): Promise<TotalDrift[]> {
  const drifts: TotalDrift[] = [];
  const limits = { visitors: 2, visits: 1000 };
  for await (const part of compareTotals(defineModels(database.sequelize), run, limits))
    drifts.push(...part.drifts);
  return drifts;
}

/** A flag for traffic that continues until it is stopped. */
function createTraffic(): { stop: () => void; isGoing: () => boolean } {
  let going = true;
  return {
    stop: () => {
      going = false;
    },
    isGoing: () => going,
  };
}

function totals(command: string, ...options: string[]) {
  return runProgram('cli/footfall.js', ['totals', command, ...options], databaseEnvironment(database.name));
}

it('updates the totals for every writer of the log', async () => {
  await database.query(`INSERT INTO visitors (username) VALUES ('a'), ('b'), ('c')`);
  await database.query('INSERT INTO visits (visitor_id) SELECT id FROM visitors, generate_series(1, id)');
  await database.query('BEGIN; INSERT INTO visits (visitor_id) VALUES (1); ROLLBACK');
  await recordBatch(run, { a: 2 });
  const { visitors } = await listVisitors(run, firstPage);
  expect(visitors.map(({ visits }) => visits)).toEqual(['3', '2', '3']);
  expect(await findDrifts()).toEqual([]);
});

it('keeps totals equal to the log under any mix of visits, inserts, drifts, repairs and reads', async () => {
  const models = defineModels(database.sequelize);
  const names = ['a', 'b', 'c', 'd'];
  const step: fc.Arbitrary<Action> = fc.oneof(
    fc.record({
      kind: fc.constant('visits' as const),
      names: fc.subarray(names, { minLength: 1 }),
      times: fc.nat(5),
    }),
    fc.record({ kind: fc.constant('insert' as const), name: fc.constantFrom(...names), times: fc.nat(5) }),
    fc.record({
      kind: fc.constant('drift' as const),
      name: fc.constantFrom(...names),
      by: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant('removed' as const)),
    }),
    fc.record({ kind: fc.constant('read' as const), hours: fc.integer({ min: 1, max: 23 }) }),
  );
  let expected = 0;
  const perform = async (action: Action): Promise<void> => {
    if (action.kind === 'visits') {
      const batch = Object.fromEntries(action.names.map((name) => [name, action.times + 1]));
      // A name whose total is missing at this moment gets no numbers.
      const recorded = await recordBatch(run, batch);
      expected += recorded.size * (action.times + 1);
    } else if (action.kind === 'insert') {
      const inserted = await database.query(
        `INSERT INTO visits (visitor_id, visited_at)
         SELECT id, now() - random() * interval '1 day' FROM visitors, generate_series(1, $2) WHERE username = $1
         RETURNING id`,
        [action.name, action.times],
      );
      expected += inserted.length;
    } else if (action.kind === 'drift') {
      repairs = repairs.then(() => driftAndRepair(action));
      await repairs;
    } else {
      await countVisits(models, toWindow(action.hours));
      await listVisitors(run, firstPage);
    }
  };
  // One repair at a time, because the command holds a lock.
  let repairs = Promise.resolve();
  const driftAndRepair = async ({ name, by }: Extract<Action, { kind: 'drift' }>): Promise<void> => {
    const mine = 'visitor_id = (SELECT id FROM visitors WHERE username = $1)';
    if (by === 'removed') await database.query(`DELETE FROM visit_totals WHERE ${mine}`, [name]);
    else await database.query(`UPDATE visit_totals SET visits = visits + $2 WHERE ${mine}`, [name, by]);
    for (const { id } of await database.query<{ id: string }>('SELECT id FROM visitors')) {
      await correctTotal(run, id);
    }
  };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      await Promise.all(steps.map(perform));
      expect(await findDrifts()).toEqual([]);
      const { visitors: listed } = await listVisitors(run, firstPage);
      const counted = await countVisits(models, allTime);
      expect(listed).toEqual(counted);
      expect(sumVisits(listed)).toBe(expected);
      for (const action of steps) {
        if (action.kind !== 'read') continue;
        const window = toWindow(action.hours);
        const logged = await database.query<{ visits: number }>(
          'SELECT count(*)::int AS visits FROM visits WHERE visited_at >= $1 AND visited_at < $2',
          [window.since, window.until],
        );
        expect(sumVisits(await countVisits(models, window))).toBe(logged[0]!.visits);
      }
    }),
    { numRuns: 25 },
  );
});

it('verifies, names differences, repairs them under load, and stores the last result', async () => {
  await recordBatch(run, { right: 3, high: 3, low: 3, missing: 3 });
  const clean = await totals('verify', '--json');
  expect(clean.code).toBe(0);
  expect(JSON.parse(clean.stdout)).toEqual({
    visitors: 4,
    visits: 12,
    drifts: [],
    faults: [],
    differingCounts: 0,
  });

  await database.query(
    `UPDATE visit_totals SET visits = visits + 2 FROM visitors WHERE id = visitor_id AND username = 'high'`,
  );
  await database.query(
    `UPDATE visit_totals SET visits = 0 FROM visitors WHERE id = visitor_id AND username = 'low'`,
  );
  await database.query(
    `DELETE FROM visit_totals USING visitors WHERE id = visitor_id AND username = 'missing'`,
  );
  const drifted = await totals('verify');
  expect(drifted.code).toBe(1);
  expect(drifted.stdout).toContain('differs: "high" has 3 visits in the log and 5 in the totals');
  expect(drifted.stdout).toContain('differs: "missing" has 3 visits in the log and no row in the totals');
  expect(drifted.stdout).not.toContain('"right"');
  expect(await database.query('SELECT drifted FROM totals_verifications ORDER BY id DESC LIMIT 1')).toEqual([
    { drifted: '3' },
  ]);

  const { stop, isGoing } = createTraffic();
  const numbers: Record<string, number[]> = { right: [], missing: [] };
  const traffic = (async () => {
    while (isGoing()) {
      const recorded = await recordBatch(run, { right: 1, high: 2, low: 1, missing: 1 });
      for (const [name, given] of Object.entries(numbers)) {
        const visits = recorded.get(name);
        if (visits) given.push(visits.first);
      }
    }
  })();
  const rebuilt = await totals('rebuild');
  stop();
  await traffic;
  expect(rebuilt).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringContaining('corrected 3 of the totals'),
  });
  expect(await findDrifts()).toEqual([]);
  // "right" keeps its sequence, and "missing" gets no number before its total is rebuilt.
  for (const given of Object.values(numbers)) {
    expect(given.length).toBeGreaterThan(0);
    expect(given).toEqual(given.map((_, index) => index + 4));
  }
});

it('backfills the totals under load, and again after a revert', async () => {
  const migrator = createMigrator({ sequelize: database.sequelize });
  const later = (await migrator.executed()).slice(1).map(({ name }) => name);
  await recordBatch(run, { a: 50, b: 50 });

  const { stop, isGoing } = createTraffic();
  let written = 100;
  // Like the release before the totals: inserts visits without totals.
  const write = async (): Promise<void> => {
    while (isGoing()) {
      const rows = await database.query(
        'INSERT INTO visits (visitor_id) SELECT id FROM visitors RETURNING id',
      );
      written += rows.length;
    }
  };
  // Like the first release: creates the visitor and inserts the visit in one transaction. Reads windows, too.
  const visit = async (): Promise<void> => {
    for (let turn = 0; isGoing(); turn += 1) {
      await database.sequelize.transaction(async (transaction) => {
        const words = { transaction, replacements: { name: `new-${turn}` } };
        await database.sequelize.query(
          'INSERT INTO visitors (username) VALUES (:name) ON CONFLICT DO NOTHING',
          words,
        );
        await database.sequelize.query(
          'INSERT INTO visits (visitor_id) SELECT id FROM visitors WHERE username = :name',
          words,
        );
      });
      written += 1;
      await countVisits(defineModels(database.sequelize), allTime);
    }
  };
  const writers = [write(), write(), write(), visit(), visit()];
  for (let round = 0; round < 3; round += 1) {
    await patiently(() => migrator.down({ to: later[0]! }));
    await patiently(() => migrator.up());
    expect(await findDrifts()).toEqual([]);
  }
  stop();
  await Promise.all(writers);
  expect(await findDrifts()).toEqual([]);
  const { visitors } = await listVisitors(run, firstPage);
  expect(visitors.reduce((sum, { visits }) => sum + Number(visits), 0)).toBe(written);
}, 180_000);

/** Repeats a migration after a lock timeout, as an operator would: nothing was changed. */
async function patiently(migrate: () => Promise<unknown>): Promise<void> {
  for (let turn = 1; ; turn += 1) {
    try {
      await migrate();
      return;
    } catch (error) {
      if (turn === 5 || !(error as Error).message.includes('lock timeout')) throw error;
    }
  }
}

it('reads the log about once, however many parts it compares', async () => {
  await database.query(`INSERT INTO visitors (username) SELECT 'n-' || n FROM generate_series(1, 2000) AS n`);
  await database.query(`INSERT INTO visits (visitor_id) SELECT id FROM visitors, generate_series(1, 20)`);
  await database.query('ANALYZE');
  // A pool of its own, which is closed so that the server knows what it read.
  const sequelize = connectTo(database.name);
  const parts: number[] = [];
  const limits = { visitors: 500, visits: 1000 };
  for await (const part of compareTotals(defineModels(sequelize), createStatementRunner(sequelize), limits)) {
    expect(part.drifts).toEqual([]);
    parts.push(part.visits);
  }
  await sequelize.close();
  expect(parts).toEqual([...Array<number>(40).fill(1000), 0]);
  const [row] = await database.query<{ read: number }>(
    `SELECT (seq_tup_read + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname = 'visits'))::int AS read
     FROM pg_stat_user_tables WHERE relname = 'visits'`,
  );
  expect(row?.read).toBeLessThan(100_000);
});
