import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { createLogger } from '../../src/shared/logger';
import { startService } from '../../src/lifecycle/start-service';
import { holdLocks } from '../support/hold-locks';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

function ask(
  url: string,
  agent?: Agent,
): Promise<{ status: number | undefined; headers: IncomingMessage['headers'] }> {
  return new Promise((resolve, reject) => {
    get(url, { agent: agent ?? false }, (response) => {
      response
        .resume()
        .once('end', () => resolve({ status: response.statusCode, headers: response.headers }));
    }).once('error', reject);
  });
}

it('is not ready once a stop begins, answers while it drains, then refuses', async () => {
  const settings = database.settings({ SHUTDOWN_DRAIN_MS: '300' });
  const service = await startService(settings, createLogger({ level: 'silent', pretty: false }));
  const agent = new Agent({ keepAlive: true });
  expect((await ask(`${service.url}/alice`, agent)).headers.connection).toBe('keep-alive');

  const stopped = service.stop();
  expect((await ask(`${service.url}/-/health/ready`)).status).toBe(503);
  const drained = await ask(`${service.url}/alice`, agent);
  expect(drained).toMatchObject({ status: 200, headers: { connection: 'close' } });
  expect(await stopped).toEqual({ failed: [] });
  await expect(ask(`${service.url}/alice`)).rejects.toThrow(/ECONNREFUSED/);
  agent.destroy();
});

it('answers requests under way before it closes the pool, even if stopped twice', async () => {
  const service = await startService(database.settings(), createLogger({ level: 'silent', pretty: false }));
  await ask(`${service.url}/alice`);
  // Another transaction holds the row that the next visit needs.
  const holder = await holdLocks(database, 'SELECT * FROM visit_totals FOR UPDATE');
  const slow = ask(`${service.url}/alice`);
  await wait(200);
  const stops = [service.stop(), service.stop()];
  await wait(200);
  await holder.commit();
  expect((await slow).status).toBe(200);
  expect(await Promise.all(stops)).toEqual([{ failed: [] }, { failed: [] }]);
  expect(await database.query('SELECT count(*)::int AS n FROM visits')).toEqual([{ n: 2 }]);
});

it('closes requests that miss the deadline, and reports it', async () => {
  const settings = database.settings({ SHUTDOWN_TIMEOUT_MS: '500' });
  const service = await startService(settings, createLogger({ level: 'silent', pretty: false }));
  await ask(`${service.url}/alice`);
  const holder = await holdLocks(database, 'SELECT * FROM visit_totals FOR UPDATE');
  const lost = ask(`${service.url}/alice`).catch((error: unknown) => error);
  await wait(100);
  const stopping = service.stop();
  const released = wait(2500).then(() => holder.release());
  expect((await stopping).failed).toContain('answer requests under way');
  expect(await lost).toMatchObject({ code: 'ECONNRESET' });
  await released;
});
