import { setTimeout as wait } from 'node:timers/promises';
import { createStatementRunner } from '../../src/db/create-statement-runner';
import { recordVerification } from '../../src/services/commands/record-verification';
import { holdLocks } from '../support/hold-locks';
import { holdVisits } from '../support/hold-visits';
import { readMetric } from '../support/read-metric';
import { startTestService, type TestService } from '../support/test-service';
import { waitUntil } from '../support/wait-until.cjs';

let service: TestService;
beforeEach(async () => {
  // One statement at a time, and timeouts long enough for a busy machine.
  service = await startTestService({
    RECORD_MAX_IN_FLIGHT: '1',
    DB_STATEMENT_TIMEOUT_MS: '20000',
    DB_QUERY_TIMEOUT_MS: '30000',
    ANSWER_TIMEOUT_MS: '30000',
  });
});
afterEach(() => service.stop());

async function scrape(): Promise<string> {
  const { text } = await service.http
    .get('/-/metrics')
    .expect(200)
    .expect('Content-Type', /^text\/plain/);
  return text;
}

it('counts requests by route pattern and contains no user names', async () => {
  await service.http.get('/secret-name');
  await service.http.get('/secret-name');
  await service.http.get('/-/visitors/nobody-here');
  await service.http.delete('/secret-name');
  const metrics = await scrape();
  const count = 'footfall_http_request_duration_seconds_count';
  expect(readMetric(metrics, `${count}{method="GET",route="/:username",status="200"}`)).toBe(2);
  expect(readMetric(metrics, `${count}{method="GET",route="/-/visitors/:username",status="404"}`)).toBe(1);
  expect(readMetric(metrics, `${count}{method="DELETE",route="/:username",status="405"}`)).toBe(1);
  expect(metrics).not.toMatch(/secret-name|nobody-here/);
});

it('counts a visit as recorded only after its commit', async () => {
  await service.http.get('/alice').expect(200);
  await service.database.query('ALTER TABLE visits RENAME TO elsewhere');
  await service.http.get('/alice').expect(503);
  const metrics = await scrape();
  expect(readMetric(metrics, 'footfall_visits_recorded_total')).toBe(1);
  expect(readMetric(metrics, 'footfall_visits_batched_total')).toBe(2);
  expect(readMetric(metrics, 'footfall_record_batch_visits_count')).toBe(2);
});

it('counts problems by route pattern and code', async () => {
  await service.http.get('/a%5Cb').expect(400);
  await service.http.get('/alice').set('Sec-Purpose', 'prefetch').expect(503);
  await service.http.get('/no/such/path').expect(404);
  const metrics = await scrape();
  const name = 'footfall_http_problems_total';
  expect(readMetric(metrics, `${name}{route="/:username",status="400",code="invalid-username"}`)).toBe(1);
  expect(readMetric(metrics, `${name}{route="/:username",status="503",code="speculative-request"}`)).toBe(1);
  expect(readMetric(metrics, `${name}{route="(none)",status="404",code="not-found"}`)).toBe(1);
});

it('reads queue, pool, event loop and readiness at each scrape', async () => {
  await service.http.get('/alice');
  const metrics = await scrape();
  expect(readMetric(metrics, 'footfall_ready')).toBe(1);
  expect(readMetric(metrics, 'footfall_record_queue_depth')).toBe(0);
  expect(readMetric(metrics, 'footfall_record_statements_in_flight')).toBe(0);
  expect(readMetric(metrics, 'footfall_db_pool_limit')).toBe(10);
  expect(readMetric(metrics, 'footfall_db_pool_waiting')).toBe(0);
  expect(readMetric(metrics, 'footfall_db_pool_connections{state="in_use"}')).toBe(0);
  expect(readMetric(metrics, 'footfall_db_pool_connections{state="idle"}')).toBeGreaterThan(0);
  expect(readMetric(metrics, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
});

it('counts waiting visits and statements in flight', async () => {
  const seen = async (): Promise<number[]> => {
    const metrics = await scrape();
    return [
      readMetric(metrics, 'footfall_record_queue_depth'),
      readMetric(metrics, 'footfall_record_statements_in_flight'),
      readMetric(metrics, 'footfall_db_pool_connections{state="in_use"}'),
    ];
  };
  const waitFor = async (...expected: number[]): Promise<void> => {
    const deadline = Date.now() + 10_000;
    let last = await seen();
    while (String(last) !== String(expected) && Date.now() < deadline) last = await seen();
    expect(last).toEqual(expected);
  };
  const visit = (): Promise<number> => service.http.get('/alice').then(({ status }) => status);
  const release = await holdVisits(service.database);
  const visits = [visit()];
  await waitFor(0, 1, 1);
  visits.push(visit(), visit());
  await waitFor(2, 1, 1);
  await release();
  expect(await Promise.all(visits)).toEqual([200, 200, 200]);
  await waitFor(0, 0, 0);
});

it('shows the result and the time of the last verification of the totals', async () => {
  const before = await scrape();
  expect(readMetric(before, 'footfall_totals_drift')).toBeNaN();
  expect(readMetric(before, 'footfall_totals_verified_timestamp_seconds')).toBeNaN();
  const run = createStatementRunner(service.database.sequelize);
  await recordVerification(run, { visitors: 10, visits: 100, drifted: 2 });
  const after = await scrape();
  expect(readMetric(after, 'footfall_totals_drift')).toBe(2);
  const age = Date.now() / 1000 - readMetric(after, 'footfall_totals_verified_timestamp_seconds');
  expect(Math.abs(age)).toBeLessThan(60);
});

it('shows how many visits an open transaction keeps from being rolled up', async () => {
  const lag = async (): Promise<number> => readMetric(await scrape(), 'footfall_roll_up_lag_visits');
  expect(await lag()).toBe(0);
  await service.http.get('/alice').expect(200);
  const writer = await holdLocks(
    service.database,
    `INSERT INTO visitors (username) VALUES ('b'); INSERT INTO visits (visitor_id) SELECT max(id) FROM visitors`,
  );
  await service.http.get('/alice').expect(200);
  await wait(1500);
  expect(await lag()).toBeGreaterThan(1);
  await writer.commit();
  await waitUntil('the roll-up', 10, async () => (await lag()) === 0);
});

it('shows the number of pending migrations', async () => {
  expect(readMetric(await scrape(), 'footfall_migrations_pending')).toBe(0);
  await service.database.query(
    "DELETE FROM schema_migrations WHERE name LIKE '%create-totals-verifications'",
  );
  expect(readMetric(await scrape(), 'footfall_migrations_pending')).toBe(1);
});
