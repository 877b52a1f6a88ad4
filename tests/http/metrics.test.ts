import { createStatementRunner } from '../../src/db/create-statement-runner';
import { recordVerification } from '../../src/services/commands/record-verification';
import { startTestService, type TestService } from '../support/test-service';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

async function readMetrics(): Promise<string> {
  const { text } = await service.http
    .get('/-/metrics')
    .expect(200)
    .expect('Content-Type', /^text\/plain/);
  return text;
}

it('counts requests by route pattern and never names a visitor', async () => {
  await service.http.get('/secret-name');
  await service.http.get('/secret-name');
  await service.http.get('/-/visitors/nobody-here');
  const metrics = await readMetrics();
  expect(metrics).toContain(
    'footfall_http_request_duration_seconds_count{method="GET",route="/:username",status="200"} 2',
  );
  expect(metrics).toContain('{method="GET",route="/-/visitors/:username",status="404"} 1');
  expect(metrics).toMatch(/^footfall_visits_batched_total 2$/m);
  expect(metrics).toMatch(/^footfall_record_queue_depth 0$/m);
  expect(metrics).not.toMatch(/secret-name|nobody-here/);
});

it('shows what the last verification of the totals found', async () => {
  expect(await readMetrics()).toMatch(/^footfall_totals_drift Nan$/im);
  const run = createStatementRunner(service.database.sequelize);
  await recordVerification(run, { visitors: 10, visits: 100, drifted: 2 });
  expect(await readMetrics()).toMatch(/^footfall_totals_drift 2$/m);
});
