import { createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

it('gives every function of the schema a search path of its own', async () => {
  const functions = await database.query<{ name: string; settings: string[] | null }>(
    // to_quarter names nothing but built-in functions, and with a setting PostgreSQL could not inline it.
    `SELECT proname AS name, proconfig AS settings FROM pg_proc
     WHERE pronamespace = 'public'::regnamespace AND proname <> 'to_quarter'`,
  );
  expect(functions.length).toBeGreaterThan(6);
  for (const { name, settings } of functions) {
    expect([name, settings]).toEqual([
      name,
      expect.arrayContaining([expect.stringMatching(/^search_path=pg_catalog, public, pg_temp$/)]),
    ]);
  }
});

it('adds restored balances and visits to the totals under the empty search path of pg_dump', async () => {
  await database.query(`
    SELECT set_config('search_path', '', false);
    INSERT INTO public.visitors (id, username) VALUES (7, 'a');
    INSERT INTO public.visits (visitor_id) VALUES (7), (7);
    INSERT INTO public.balance_imports (id, source) VALUES (1, 'old.csv'), (2, 'older.csv');
    INSERT INTO public.opening_balances VALUES (1, 7, 40), (2, 7, 500);
    DELETE FROM public.opening_balances WHERE import_id = 2;`);
  expect(await database.query('SELECT visitor_id, visits FROM visit_totals')).toEqual([
    { visitor_id: '7', visits: '42' },
  ]);
});
