import { createStatementRunner } from '../../../src/db/create-statement-runner';
import { findSequenceFaults } from '../../../src/db/preconditions/find-sequence-faults';
import { createTestDatabase, type TestDatabase } from '../../support/test-database';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const find = () => findSequenceFaults(createStatementRunner(database.sequelize));

it('finds nothing in an empty database, nor after visits', async () => {
  expect(await find()).toEqual([]);
  await database.query(`INSERT INTO visitors (username) VALUES ('a'), ('b')`);
  await database.query('INSERT INTO visits (visitor_id) SELECT id FROM visitors');
  expect(await find()).toEqual([]);
});

it('finds every sequence that is behind its table, and what it would give out', async () => {
  await database.query(`INSERT INTO visitors (id, username) VALUES (1, 'a'), (7, 'b')`);
  await database.query('INSERT INTO visits (id, visitor_id) VALUES (1, 1), (2, 7)');
  expect(await find()).toEqual([
    {
      sequence: 'public.visitors_id_seq',
      table: 'public.visitors',
      column: 'id',
      next: '1',
      highest: '7',
    },
    { sequence: 'public.visits_id_seq', table: 'public.visits', column: 'id', next: '1', highest: '2' },
  ]);
  await database.query(`SELECT setval('visitors_id_seq', 7), setval('visits_id_seq', 3, false)`);
  expect(await find()).toEqual([]);
});

it('finds sequences of other tables and odd names, and one at its end', async () => {
  await database.query(`CREATE TABLE "It's ""odd""" ("The id" serial PRIMARY KEY)`);
  await database.query(`INSERT INTO "It's ""odd""" VALUES (5)`);
  expect(await find()).toMatchObject([{ table: `public."It's ""odd"""`, column: 'The id', highest: '5' }]);
  await database.query(`SELECT setval('visits_id_seq', 9223372036854775807)`);
  expect(await find()).toHaveLength(1);
});
