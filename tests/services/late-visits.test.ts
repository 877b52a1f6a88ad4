import { createStatementRunner } from '../../src/db/create-statement-runner';
import { catchUp } from '../../src/services/commands/rolling/catch-up';
import { rollUpVisits } from '../../src/services/commands/rolling/roll-up-visits';
import { compareCounts } from '../../src/services/queries/compare-counts';
import { countBetween } from '../../src/services/queries/count-between';
import type { RunStatement } from '../../src/shared/statement';
import { holdLocks } from '../support/hold-locks';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let run: RunStatement;
beforeEach(async () => {
  database = await createTestDatabase();
  run = createStatementRunner(database.sequelize);
  await database.query(`INSERT INTO visitors (username) VALUES ('a'), ('b')`);
  await database.query('INSERT INTO visits (visitor_id) SELECT 1 + n % 2 FROM generate_series(1, 40) AS n');
  expect(await catchUp(run)).toBe(true);
});
afterEach(() => database.drop());

const allRange = { first: '-9223372036854775808', last: '9223372036854775807', visitors: 2 };

async function expectToEqualLog(): Promise<void> {
  const [log] = await database.query<{ visits: string }>('SELECT count(*)::text AS visits FROM visits');
  expect(await countBetween(run, [new Date(0), new Date('2100-01-01')])).toEqual([log?.visits]);
  expect((await compareCounts(run)) + (await compareCounts(run, allRange))).toBe(0);
}

const forget = 'TRUNCATE visit_rollup, visit_counts, visit_counts_of_all';

it('records a visit behind the mark when the roll-up has not begun', async () => {
  await database.query(`DELETE FROM visits WHERE id = 7; ${forget}`);
  const holder = await holdLocks(database, 'INSERT INTO visits (id, visitor_id) VALUES (7, 1)');
  const second = database.query('INSERT INTO visits (id, visitor_id) VALUES (-7, 2)');
  await holder.commit();
  await second;
  await expectToEqualLog();
  expect(await catchUp(run)).toBe(true);
  await expectToEqualLog();
});

it.each(['committed', 'rolled back'])(
  'counts a restored log once, after an earlier restore was %s',
  async (end) => {
    await database.query('CREATE TABLE dumped AS SELECT * FROM visits');
    const empty = `TRUNCATE visits, visit_totals; ${forget}`;
    const restore = `INSERT INTO visit_totals SELECT id, 0 FROM visitors;
    INSERT INTO visits SELECT * FROM dumped; SELECT setval('visits_id_seq', 40)`;
    await database.query(empty);
    await database.query(`BEGIN; ${restore}; ${end === 'committed' ? 'COMMIT' : 'ROLLBACK'}`);
    for (let pass = 0; pass < 3; pass += 1) await rollUpVisits(run, 10);
    await database.query(empty);
    await database.query(`BEGIN; ${restore}; COMMIT`);
    await expectToEqualLog();
    expect(await catchUp(run)).toBe(true);
    await expectToEqualLog();
  },
);

it('counts visits whose ids are given out again after the log was emptied', async () => {
  await database.query(`TRUNCATE visits RESTART IDENTITY; ${forget}`);
  await database.query('INSERT INTO visits (visitor_id) SELECT 1 FROM generate_series(1, 60)');
  await expectToEqualLog();
  expect(await catchUp(run)).toBe(true);
  await expectToEqualLog();
});

it('counts visits of sequences that hand out ids in blocks', async () => {
  await database.query('ALTER SEQUENCE visits_id_seq CACHE 20');
  const first = await holdLocks(database, 'INSERT INTO visits (visitor_id) VALUES (1)');
  await database.query('INSERT INTO visits (visitor_id) VALUES (2), (2)');
  await first.commit();
  expect(await catchUp(run)).toBe(true);
  const sessions = await Promise.all(
    [1, 2].map(() =>
      holdLocks(database, 'SAVEPOINT one; INSERT INTO visits (visitor_id) VALUES (2); ROLLBACK TO one'),
    ),
  );
  await Promise.all(sessions.map((session) => session.commit()));
  await expectToEqualLog();
  expect(await catchUp(run)).toBe(true);
  await expectToEqualLog();
});
