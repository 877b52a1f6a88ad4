import { holdLocks } from '../support/hold-locks';
import { startServiceOn, startTestService, type TestService } from '../support/test-service';

let service: TestService;
beforeAll(async () => {
  service = await startTestService({
    RECORD_MAX_IN_FLIGHT: '1',
    RECORD_MAX_BATCH: '1',
    RECORD_MAX_WAITING: '2',
    DB_STATEMENT_TIMEOUT_MS: '1000',
  });
  await service.http.get('/alice').expect(200);
});
afterAll(() => service.stop());

it('refuses visits beyond the queue limit or the deadline and records none of them', async () => {
  const holder = await holdLocks(service.database, 'LOCK TABLE visit_totals');
  const responses = await Promise.all(Array.from({ length: 6 }, () => fetch(`${service.url}/alice`)));
  await holder.release();

  const codes = await Promise.all(
    responses.map(async (response) => ((await response.json()) as { code: string }).code),
  );
  expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 503));
  for (const { headers } of responses) expect(headers.get('retry-after')).toBe('1');
  expect(new Set(codes)).toEqual(new Set(['overloaded', 'database-unavailable']));
  expect(await service.listed('alice')).toBe(1);
  expect((await service.http.get('/alice').expect(200)).body).toMatchObject({ visits: 2 });
});

it('says that a read failed, and that a visit was not recorded', async () => {
  const cut = await startServiceOn(service.database, { DB_PORT: '1' });
  try {
    const readDetail = async (path: string): Promise<string> => {
      const response = await fetch(`${cut.url}${path}`);
      expect(response.status).toBe(503);
      return ((await response.json()) as { detail: string }).detail;
    };
    for (const path of ['/', '/-/visitors/alice', '/-/summary', '/-/history'])
      expect(await readDetail(path)).toBe('The database does not answer at the moment. Ask again.');
    expect(await readDetail('/alice')).toContain('nothing was recorded');
  } finally {
    await cut.stop();
  }
});
