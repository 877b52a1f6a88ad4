import fc from 'fast-check';
import { migration } from '../../../docs/recipes/partition-visits-by-month';
import { createLockTogether } from '../../../src/db/lock-together';
import { createStatementRunner } from '../../../src/db/create-statement-runner';
import { defineModels } from '../../../src/models';
import { correctTotal } from '../../../src/services/commands/correct-total';
import { correctCounts } from '../../../src/services/commands/rolling/correct-counts';
import { rollUpVisits } from '../../../src/services/commands/rolling/roll-up-visits';
import { compareTotals } from '../../../src/services/queries/compare-totals';
import { countBetween } from '../../../src/services/queries/count-between';
import { getSummary } from '../../../src/services/queries/get-summary';
import { getVisitors } from '../../../src/services/queries/get-visitors';
import type { HistoryInterval } from '../../../src/services/queries/history';
import { listHistorySlots } from '../../../src/services/queries/history-slots';
import { listVisitorsInWindow } from '../../../src/services/queries/list-visitors-in-window';
import type { RunStatement } from '../../../src/shared/statement';
import { changeVisitor, listFaults } from '../../support/change-visitor';
import { recordBatch } from '../../support/record-batch';
import { retire, splitEmptyLog } from '../../support/retire-visits';
import { createTestDatabase, type TestDatabase } from '../../support/test-database';
import { importText, importTotalsText } from '../../support/transfer';

let database: TestDatabase;
let run: RunStatement;
beforeEach(async () => {
  database = await createTestDatabase();
  run = createStatementRunner(database.sequelize);
});
afterEach(() => database.drop());

const quarterMs = 900_000;
const day = 86_400_000;

/** The visits and the imported balance of each name. A retired visit is at the start of its quarter of an hour. */
class Model {
  readonly visits = new Map<string, number[]>();
  readonly balances = new Map<string, number>();

  visit(name: string, time: number): void {
    this.visits.set(name, [...(this.visits.get(name) ?? []), time]);
  }

  retire(before: number): void {
    for (const [name, times] of this.visits) {
      this.visits.set(
        name,
        times.map((time) => (time < before ? Math.floor(time / quarterMs) * quarterMs : time)),
      );
    }
  }

  merge(from: string, into: string): void {
    for (const time of this.visits.get(from) ?? []) this.visit(into, time);
    this.balances.set(into, (this.balances.get(into) ?? 0) + (this.balances.get(from) ?? 0));
    this.erase(from);
  }

  erase(name: string): void {
    this.visits.delete(name);
    this.balances.delete(name);
  }

  number(name: string): number {
    return (this.visits.get(name) ?? []).length + (this.balances.get(name) ?? 0);
  }

  count(instants: readonly Date[], names = [...this.visits.keys()]): string[] {
    const times = names.flatMap((name) => this.visits.get(name) ?? []);
    return instants
      .slice(1)
      .map((until, n) => String(times.filter((time) => time >= +instants[n]! && time < +until).length));
  }
}

type Step =
  | { readonly kind: 'visits'; readonly names: readonly string[] }
  | { readonly kind: 'balances'; readonly names: readonly string[] }
  | { readonly kind: 'erase'; readonly username: string }
  | { readonly kind: 'import'; readonly names: readonly string[]; readonly agoMs: number }
  | { readonly kind: 'rollUp'; readonly most: number }
  | { readonly kind: 'rebuild'; readonly most: number }
  | { readonly kind: 'retain'; readonly months: number; readonly most: number }
  | { readonly kind: 'merge'; readonly from: string; readonly into: string };

const name = fc.constantFrom('a', 'b', 'c');
const names = fc.array(name, { minLength: 1, maxLength: 6 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('visits' as const, 'balances' as const), names }),
  fc.record({ kind: fc.constant('erase' as const), username: name }),
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('import' as const), names, agoMs: fc.nat(200 * day) }),
  },
  fc.record({
    kind: fc.constantFrom('rollUp' as const, 'rebuild' as const),
    most: fc.integer({ min: 1, max: 20 }),
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('retain' as const),
      months: fc.integer({ min: 1, max: 5 }),
      most: fc.integer({ min: 1, max: 20 }),
    }),
  },
  fc.record({ kind: fc.constant('merge' as const), from: name, into: name }),
);

const zones = ['UTC', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns', 'Europe/Berlin'] as const;
const window = fc
  .record({
    interval: fc.constantFrom<HistoryInterval>('hour', 'day', 'week', 'month'),
    timeZone: fc.constantFrom(...zones),
    untilAgoMs: fc.integer({ min: -day, max: 200 * day }),
    lengthMs: fc.integer({ min: 1, max: 80 * day }),
  })
  .map(({ interval, timeZone, untilAgoMs, lengthMs }) => {
    const until = new Date(Date.now() - untilAgoMs);
    const since = new Date(+until - lengthMs);
    const { starts } = listHistorySlots({ interval, timeZone, since, until });
    return [since, ...starts.slice(1), until];
  });

async function perform(model: Model, given: Step): Promise<void> {
  if (given.kind === 'visits') {
    for (const username of given.names) await recordBatch(run, { [username]: 1 });
    const rows = await database.query<{ username: string; at: Date }>(
      'SELECT username, visited_at AS at FROM visits JOIN visitors ON visitors.id = visitor_id ORDER BY visits.id DESC LIMIT $1',
      [given.names.length],
    );
    for (const { username, at } of rows) model.visit(username, +at);
  } else if (given.kind === 'balances') {
    const once = [...new Set(given.names)];
    await importTotalsText(database, once.map((username) => `${username},7\n`).join(''), `${(files += 1)}`);
    for (const username of once) model.balances.set(username, (model.balances.get(username) ?? 0) + 7);
  } else if (given.kind === 'import') {
    const times = given.names.map((_, n) => Date.now() - given.agoMs - n * 41 * 60_000);
    const lines = given.names.map((username, n) => `${username},${new Date(times[n]!).toISOString()}`);
    await importText(database, 'csv', `username,visited_at\n${lines.join('\n')}\n`);
    given.names.forEach((username, n) => model.visit(username, times[n]!));
  } else if (given.kind === 'rollUp') {
    for (let pass = 0; pass < 3; pass += 1) await rollUpVisits(run, given.most);
  } else if (given.kind === 'rebuild') {
    await rebuild(given.most);
  } else if (given.kind === 'retain') {
    model.retire(+(await retire(run, given.months, given.most)));
  } else if (given.kind === 'erase') {
    const { username } = given;
    if (!knows(model, username)) return;
    await changeVisitor(database, { act: 'erase', username });
    model.erase(username);
  } else if (given.from !== given.into && knows(model, given.from) && knows(model, given.into)) {
    await changeVisitor(database, { act: 'merge', username: given.from, newName: given.into });
    model.merge(given.from, given.into);
  }
}

let files = 0;

const knows = (model: Model, username: string): boolean =>
  model.visits.has(username) || model.balances.has(username);

/** Falsifies a count, and does what `footfall totals rebuild` does. */
async function rebuild(seed: number): Promise<void> {
  const table = seed % 2 ? 'visit_counts' : 'visit_counts_of_all';
  await database.query(`UPDATE ${table} SET visits = visits + 3 WHERE bucket % 7 = $1`, [seed % 7]);
  await database.query(`DELETE FROM ${table} WHERE bucket % 5 = $1`, [seed % 5]);
  await database.query(`UPDATE visit_totals SET visits = visits + 1 WHERE visitor_id % 3 = $1`, [seed % 3]);
  for await (const { drifts } of compareTotals(defineModels(database.sequelize), run)) {
    for (const { id } of drifts) await correctTotal(run, id);
  }
  await correctCounts(run, { first: '-9223372036854775808', last: '9223372036854775807' });
  await correctCounts(run);
}

async function check(model: Model, instants: readonly Date[]): Promise<void> {
  expect(await listFaults(database)).toEqual([]);
  const rows = await database.query<{ id: string; username: string; visits: string }>(
    'SELECT id, username, visits FROM visitors JOIN visit_totals ON visitor_id = id ORDER BY id',
  );
  expect(rows.map(({ username, visits }) => [username, Number(visits)])).toEqual(
    rows.map(({ username }) => [username, model.number(username)]),
  );
  expect(await countBetween(run, instants)).toEqual(model.count(instants));
  const details = await getVisitors(
    run,
    rows.map(({ username }) => username),
  );
  for (const { id, username } of rows) {
    expect(await countBetween(run, instants, id)).toEqual(model.count(instants, [username]));
    const times = (model.visits.get(username) ?? []).sort((a, b) => a - b);
    const { firstVisitAt, lastVisitAt } = details.get(username)!;
    expect([firstVisitAt, lastVisitAt]).toEqual(
      times.length === 0 ? [null, null] : [new Date(times[0]!), new Date(times.at(-1)!)],
    );
  }
  const ends = [instants[0]!, instants.at(-1)!];
  for (const limit of [50, 500]) {
    const page = {
      order: { by: 'id', descending: false },
      limit,
      after: undefined,
      search: undefined,
    } as const;
    const listed = await listVisitorsInWindow(run, page, { since: ends[0], until: ends[1] });
    expect(listed.visitors.map(({ visits }) => visits)).toEqual(
      rows.flatMap(({ username }) => model.count(ends, [username])),
    );
  }
  const sum = rows.reduce((all, { visits }) => all + Number(visits), 0);
  expect(Number((await getSummary(run, 'UTC')).visits)).toBe(sum);
}

const removeAll = `DELETE FROM retired_visits; SET footfall.totals = 'by import'; DELETE FROM opening_balances;
  DELETE FROM imported_visits; DELETE FROM balance_imports; DELETE FROM visits; DELETE FROM visitors; TRUNCATE visit_counts, visit_counts_of_all`;

async function assertAnyOrder(numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(step, window), { minLength: 5, maxLength: 14 }), async (steps) => {
      await database.query(removeAll);
      const model = new Model();
      for (const [given, instants] of steps) {
        await perform(model, given);
        await check(model, instants);
      }
    }),
    { numRuns, endOnFailure: true },
  );
}

it('changes no number, history or verification, in any order of visits, imports, passes and acts', async () => {
  await assertAnyOrder(10);
}, 300_000);

it('changes none when the log is split by month either', async () => {
  await database.sequelize.transaction(async (transaction) => {
    const runSql = async (sql: string): Promise<void> => {
      await database.sequelize.query(sql, { transaction });
    };
    const queryInterface = database.sequelize.getQueryInterface();
    await migration.up({
      queryInterface,
      transaction,
      run: runSql,
      lockTogether: createLockTogether(runSql),
    });
  });
  await splitEmptyLog(database);
  await assertAnyOrder(6);
}, 300_000);
