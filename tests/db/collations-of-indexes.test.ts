import { createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

// Of one value, and of names that differ in the digits they begin with: every libc agrees on these.
const independent = ['balance_imports_retired', 'schema_migrations_pkey'];

it('has no index in an order that another libc could change', async () => {
  const indexes = await database.query(
    `SELECT indexrelid::regclass::text AS index, collname AS collation
     FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid, unnest(indcollation) AS used
     JOIN pg_collation ON pg_collation.oid = used
     WHERE relnamespace = 'public'::regnamespace AND collname NOT IN ('C', 'POSIX')
       AND relname <> ALL ($1)`,
    [independent],
  );
  expect(indexes).toEqual([]);
});
