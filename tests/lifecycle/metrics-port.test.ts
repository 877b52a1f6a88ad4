import { createServer, type AddressInfo, type Server } from 'node:net';
import { loadSettings } from '../../src/config/load-settings';
import { ListenError } from '../../src/http/server/listen';
import { startService } from '../../src/lifecycle/start-service';
import { createLogger } from '../../src/shared/logger';
import { readMetric } from '../support/read-metric';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const logger = createLogger({ level: 'silent', pretty: false });

async function listenSilently(host: string): Promise<Server> {
  const server = createServer().listen(0, host);
  await new Promise((resolve) => server.once('listening', resolve));
  return server;
}

describe('with METRICS_PORT', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  it('serves metrics on that port only, and nothing else there', async () => {
    const settings = database.settings({ METRICS_PORT: '0', METRICS_HOST: '127.0.0.2' });
    const service = await startService(settings, logger);
    const { metricsUrl = '' } = service;
    expect(metricsUrl).toMatch(/^http:\/\/127\.0\.0\.2:\d+$/);
    await fetch(`${service.url}/alice`);
    const scraped = await fetch(`${metricsUrl}/-/metrics`);
    expect(scraped.status).toBe(200);
    expect(readMetric(await scraped.text(), 'footfall_visits_recorded_total')).toBe(1);
    const refused = await fetch(`${service.url}/-/metrics`);
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([404, 'not-found']);
    expect(JSON.stringify(await (await fetch(`${service.url}/-/openapi.json`)).json())).not.toContain(
      '/-/metrics',
    );
    for (const path of ['/', '/alice', '/-/health/ready'])
      expect((await fetch(metricsUrl + path)).status).toBe(404);
    expect(await service.stop()).toEqual({ failed: [] });
    await expect(fetch(`${metricsUrl}/-/metrics`)).rejects.toThrow();
    expect(await database.query('SELECT count(*)::int AS n FROM visits')).toEqual([{ n: 1 }]);
  });

  it('names the setting to change if the port is taken, and serves nothing', async () => {
    const other = await listenSilently('127.0.0.1');
    const { port } = other.address() as AddressInfo;
    const starting = startService(database.settings({ METRICS_PORT: String(port) }), logger);
    await expect(starting).rejects.toThrow(ListenError);
    await expect(starting).rejects.toThrow(/METRICS_PORT/);
    other.close();
  });
});

it('answers a scrape without database values while the database is down', async () => {
  const service = await startService(
    loadSettings({ PORT: '0', DATABASE_URL: 'postgres://a@127.0.0.1:1/b' }),
    logger,
  );
  const scraped = await fetch(`${service.url}/-/metrics`);
  const text = await scraped.text();
  expect(scraped.status).toBe(200);
  expect(readMetric(text, 'footfall_ready')).toBe(0);
  expect(readMetric(text, 'footfall_migrations_pending')).toBeNaN();
  expect(readMetric(text, 'footfall_totals_drift')).toBeNaN();
  await service.stop();
});

it('answers a scrape within two seconds if the database accepts connections but is silent', async () => {
  const silent = await listenSilently('127.0.0.1');
  const { port } = silent.address() as AddressInfo;
  const service = await startService(
    loadSettings({ PORT: '0', DATABASE_URL: `postgres://a@127.0.0.1:${port}/b` }),
    logger,
  );
  const startedAt = performance.now();
  const scraped = await fetch(`${service.url}/-/metrics`);
  expect(performance.now() - startedAt).toBeLessThan(2000);
  expect(readMetric(await scraped.text(), 'footfall_ready')).toBe(0);
  await service.stop();
  silent.close();
});
