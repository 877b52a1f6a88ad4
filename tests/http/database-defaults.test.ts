import { connectTo } from '../support/test-database';
import { startServiceOn, startTestService, type TestService } from '../support/test-service';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
  await service.http.get('/alice').expect(200);
});
afterAll(() => service.stop());

it('reads times whatever DateStyle the database has', async () => {
  const { name } = service.database;
  await service.database.query(`ALTER DATABASE ${name} SET datestyle = 'German'`);
  const second = await startServiceOn(service.database);
  try {
    const read = async (path: string) =>
      (await (await fetch(`${second.url}${path}`)).json()) as Record<string, never>;
    expect(await read('/-/visitors/alice')).toMatchObject({
      first_visit_at: expect.stringMatching(/^20\d\d-/),
    });
    const { points } = (await read('/-/history')) as unknown as { points: { visits: number }[] };
    expect(points.at(-1)).toMatchObject({ visits: 1 });
  } finally {
    await second.stop();
  }
});

it('lets the database compile no statement, which takes longer than to run it', async () => {
  const { name } = service.database;
  await service.database.query(`ALTER DATABASE ${name} SET jit = on`);
  expect(await service.database.query('SHOW jit')).toEqual([{ jit: 'on' }]);
  const pool = connectTo(name);
  const [rows] = await pool.query('SHOW jit');
  await pool.close();
  expect(rows).toEqual({ jit: 'off' });
});

it('shows the others when one total is too large for a JSON number', async () => {
  await service.database.query(`INSERT INTO visitors (username) VALUES ('huge')`);
  await service.database.query(
    `UPDATE visit_totals SET visits = 9223372036854775807
     WHERE visitor_id = (SELECT id FROM visitors WHERE username = 'huge')`,
  );
  const { body } = await service.http.get('/').expect(200);
  expect(body.results).toMatchObject([
    { username: 'alice', visits: 1 },
    { username: 'huge', visits: Number.MAX_SAFE_INTEGER },
  ]);
  await service.http.get('/-/summary').expect(200);
  await service.http.get('/').set('Accept', 'text/html').expect(200);
});

// As on the new server of a logical replication.
it('answers 503 while a sequence gives out ids that are taken', async () => {
  await service.database.query(`SELECT setval('visits_id_seq', 1, false)`);
  const { body } = await service.http.get('/alice').expect(503);
  expect(body).toMatchObject({
    code: 'database-unavailable',
    detail: expect.stringContaining('footfall totals rebuild'),
  });
  await service.database.query(`SELECT setval('visits_id_seq', (SELECT max(id) FROM visits))`);
  const { body: next } = await service.http.get('/alice').expect(200);
  expect(next).toMatchObject({ visits: 2 });
});
