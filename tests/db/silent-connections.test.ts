import { startTestService, type TestService } from '../support/test-service';

let service: TestService;
let stopped: number[] = [];
afterEach(async () => {
  for (const pid of stopped.splice(0)) process.kill(pid, 'SIGCONT');
  await service.stop();
});

/** Stops every backend of the service, which looks to it like a network that drops packets. */
async function silence(): Promise<void> {
  await service.http.get('/somebody').expect(200);
  // What asks the same shares a read, so these are different questions. On a busy machine one connection may
  // serve all of them: repeat until there are several.
  const paths = ['/', '/?limit=1', '/-/summary', '/-/history', '/-/visitors/somebody', '/somebody'];
  let backends: { pid: number }[] = [];
  for (let round = 0; round < 20 && backends.length < 3; round += 1) {
    await Promise.all(paths.map((path) => service.http.get(path).expect(200)));
    backends = await service.database.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'footfall'`,
    );
  }
  expect(backends.length).toBeGreaterThan(2);
  stopped = backends.map(({ pid }) => pid);
  for (const pid of stopped) process.kill(pid, 'SIGSTOP');
}

it('replaces all connections when one is found silent', async () => {
  service = await startTestService({ DB_STATEMENT_TIMEOUT_MS: '1000', DB_QUERY_TIMEOUT_MS: '1200' });
  await silence();
  const { body } = await service.http.get('/somebody').expect(503);
  expect(body).toMatchObject({ code: 'outcome-unknown' });
  await service.http.get('/somebody').expect(200);
  await Promise.all(Array.from({ length: 20 }, () => service.http.get('/').expect(200)));
});

it('answers in time while the database is silent', async () => {
  // The pool can open no more connections than are stopped: a new one would be answered.
  const settings = { DB_POOL_SIZE: '3', DB_STATEMENT_TIMEOUT_MS: '200', ANSWER_TIMEOUT_MS: '500' };
  service = await startTestService(settings);
  await silence();
  const paths = ['/somebody', '/', '/-/visitors/somebody', '/-/summary'];
  const startedAt = performance.now();
  const responses = await Promise.all(paths.map((path) => fetch(`${service.url}${path}`)));
  expect(performance.now() - startedAt).toBeLessThan(2000);
  const answers = responses.map(async (response) => {
    const { code } = (await response.json()) as { code: string };
    return [response.status, response.headers.get('retry-after'), code];
  });
  expect(await Promise.all(answers)).toEqual([
    [503, '1', 'outcome-unknown'],
    [503, '1', 'database-unavailable'],
    [503, '1', 'database-unavailable'],
    [503, '1', 'database-unavailable'],
  ]);
});
