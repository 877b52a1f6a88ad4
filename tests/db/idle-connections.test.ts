import { setTimeout as wait } from 'node:timers/promises';
import { startTestService, type TestService } from '../support/test-service';

let service: TestService;
afterEach(() => service.stop());

const backends = `SELECT pid, backend_start FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'footfall' ORDER BY pid`;

it('answers the next request after the server has closed all idle connections', async () => {
  service = await startTestService();
  await Promise.all(Array.from({ length: 20 }, () => service.http.get('/').expect(200)));
  await service.http.get('/somebody').expect(200);
  const dropped = await service.database.query(`SELECT pg_terminate_backend(pid) FROM (${backends}) AS idle`);
  expect(dropped.length).toBeGreaterThan(0);
  // The server announces the close; the next request must not fail.
  await wait(50);
  await service.http.get('/somebody').expect(200);
  await service.http.get('/').expect(200);
});

it('replaces a connection that has reached its maximum age', async () => {
  service = await startTestService({ DB_POOL_RECYCLE: '1' });
  await service.http.get('/-/health/ready').expect(200);
  const [first] = await service.database.query<{ pid: number }>(backends);
  await wait(1100);
  await service.http.get('/-/health/ready').expect(200);
  const pids = (await service.database.query<{ pid: number }>(backends)).map(({ pid }) => pid);
  expect(pids).not.toContain(first!.pid);
  expect(pids.length).toBeGreaterThan(0);
});
