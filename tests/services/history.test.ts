import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { onClient } from '../support/transfer';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('reads a time range of the log by an index, for all visitors and for one', async () => {
  await database.query(
    `INSERT INTO visitors (username) SELECT 'name-' || n FROM generate_series(1, 200) AS n`,
  );
  await database.query(`
    INSERT INTO visits (visitor_id, visited_at)
    SELECT 1 + n % 200, now() - n * interval '1 minute' FROM generate_series(20000, 1, -1) AS n`);
  await database.query('VACUUM ANALYZE visits');
  await onClient(database, async (client) => {
    // 20,000 visits are cheap to scan; the test is about the index that serves a longer log.
    await client.query('SET enable_seqscan = off; SET enable_indexonlyscan = off');
    const explain = async (condition: string) =>
      JSON.stringify((await client.query(`EXPLAIN SELECT count(*) FROM visits WHERE ${condition}`)).rows);
    expect(await explain(`visited_at >= now() - interval '1 hour'`)).toContain('visits_by_time');
    expect(await explain(`visited_at >= now() - interval '1 hour' AND visitor_id = 5`)).toContain(
      'visits_visitor_id_visited_at',
    );
  });
});
