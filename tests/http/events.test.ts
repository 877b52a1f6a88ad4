import type { RunningService } from '../../src/lifecycle/start-service';
import { changeVisitor } from '../support/change-visitor';
import { openEvents, type EventReader } from '../support/open-events';
import { startServiceOn, startTestService, type TestService } from '../support/test-service';
import { waitUntil } from '../support/wait-until.cjs';

let service: TestService;
let other: RunningService;
beforeAll(async () => {
  // The second process shows what arrives from the first one.
  service = await startTestService();
  other = await startServiceOn(service.database, {
    HTTP_REQUEST_TIMEOUT_MS: '1500',
    LIVE_MAX_STREAMS: '4',
    LIVE_MAX_STREAMS_PER_CLIENT: '3',
    TRUSTED_PROXIES: 'loopback',
  });
});
afterAll(async () => {
  await other.stop();
  await service.stop();
});

const opened: EventReader[] = [];
afterEach(async () => {
  for (const reader of opened.splice(0)) reader.close();
  await waitUntil('the streams are closed', 5, async () => {
    const reader = await openEvents(`${other.url}/-/events`);
    reader.close();
    return reader.response.statusCode === 200;
  });
});

async function open(path: string, headers: Record<string, string> = {}): Promise<EventReader> {
  const reader = await openEvents(other.url + path, headers);
  opened.push(reader);
  return reader;
}

async function visit(name: string): Promise<number> {
  return (await service.http.get(`/${name}`).expect(200)).body.visits;
}

const hasListener = async (): Promise<boolean> =>
  (
    await service.database.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'
         AND application_name = 'footfall-live'`,
    )
  ).length === 1;

it('moves the streams of another process within a second', async () => {
  await visit('alice');
  const one = await open('/-/visitors/alice/events', { 'Last-Event-ID': '1' });
  expect(one.response.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    'access-control-allow-origin': '*',
  });
  expect(one.response.headers['content-encoding']).toBeUndefined();
  await one.waitFor(1);
  expect(one.text()).toMatch(/^retry: \d{4}\n\nid: 1\ndata: \{"id":1,"username":"alice","visits":1,/);
  const all = await open('/-/events');
  expect(all.response.headers['access-control-allow-origin']).toBeUndefined();
  expect((await all.waitFor(1)).data).toEqual({ visits: 1, visitors: 1, changed: null });
  await waitUntil('LISTEN', 5, hasListener);

  const visitedAt = performance.now();
  await visit('alice');
  const events = [await one.waitFor(2), await all.waitFor(2)];
  for (const { at } of events) expect(at - visitedAt).toBeLessThan(1000);
  expect(events[1]!.data).toEqual({
    visits: 2,
    visitors: 1,
    changed: [{ id: 1, username: 'alice', visits: 2 }],
  });
});

it('sends at most four events a second, none with a lower number, and the last one is right', async () => {
  const total = async (): Promise<number> => (await service.http.get('/-/summary')).body.visits;
  const before = await total();
  await visit('busy');
  const streams = [await open('/-/events'), await open('/-/visitors/busy/events')];
  const end = performance.now() + 2000;
  let visits = 1;
  while (performance.now() < end) {
    await Promise.all(Array.from({ length: 20 }, () => visit('busy')));
    visits += 20;
  }
  await streams[0]!.waitFor(before + visits);
  await streams[1]!.waitFor(visits);
  for (const { events } of streams) {
    const numbers = events.map(({ data }) => data.visits);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    const seconds = (events.at(-1)!.at - events[0]!.at) / 1000;
    expect(events.length).toBeGreaterThan(3);
    expect(events.length).toBeLessThanOrEqual(Math.ceil(seconds * 4) + 1);
  }
});

it('listens again after its connection was lost, and then sends what it missed', async () => {
  const before = await visit('lost');
  const stream = await open('/-/visitors/lost/events');
  await waitUntil('LISTEN', 5, hasListener);
  await service.database.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'footfall-live'`,
  );
  await visit('lost');
  await stream.waitFor(before + 1);
  await waitUntil('LISTEN again', 5, hasListener);
  await visit('lost');
  await stream.waitFor(before + 2);
});

it('stays open longer than the time to read an answer, and closes its connection with the last stream', async () => {
  await visit('patient');
  const stream = await open('/-/visitors/patient/events');
  await new Promise((resolve) => setTimeout(resolve, 3500));
  expect(stream.isEnded).toBe(false);
  await visit('patient');
  await stream.waitFor(2);
  stream.close();
  await waitUntil('no LISTEN', 25, async () => !(await hasListener()));
}, 40_000);

it('follows a name that is shown under an alias, and ends when the visitor is hidden', async () => {
  await visit('old-name');
  await changeVisitor(service.database, {
    act: 'rename',
    username: 'old-name',
    newName: 'new-name',
    keepsAlias: true,
  });
  const stream = await open('/-/visitors/old-name/events');
  const all = await open('/-/events');
  await visit('old-name');
  expect((await stream.waitFor(2)).data).toMatchObject({ username: 'old-name' });
  const shown = await waitUntil('the change', 5, () => all.events.find(({ data }) => data.changed?.length));
  expect(shown!.data.changed).toMatchObject([{ username: 'new-name', visits: 2 }]);

  await changeVisitor(service.database, { act: 'hide', username: 'new-name' });
  await waitUntil('the end', 5, () => stream.isEnded);
  const numberOfEvents = all.events.length;
  await visit('new-name');
  await waitUntil('a sum without a name', 5, () => all.events.length > numberOfEvents);
  for (const { data } of all.events.slice(numberOfEvents)) expect(data.changed ?? []).toEqual([]);
});

it('bounds the streams of a client and of all', async () => {
  const status = async (address: string) => {
    const { response } = await open('/-/events', { 'X-Forwarded-For': address });
    return [response.statusCode, response.headers['retry-after']];
  };
  for (let turn = 0; turn < 3; turn += 1) expect(await status('192.0.2.1')).toEqual([200, undefined]);
  expect(await status('192.0.2.1')).toEqual([429, '30']);
  expect(await status('192.0.2.2')).toEqual([200, undefined]);
  expect(await status('192.0.2.2')).toEqual([503, '30']);
  opened[0]!.close();
  await waitUntil('a free place', 5, async () => (await status('192.0.2.1'))[0] === 200);
});

it('answers 404 for a name that was never counted, and keeps no place for it', async () => {
  for (let turn = 0; turn < 6; turn += 1) {
    const { response } = await open('/-/visitors/nobody/events');
    expect(response.statusCode).toBe(404);
  }
  await visit('nobody');
  expect((await open('/-/visitors/nobody/events')).response.statusCode).toBe(200);
});

it('ends the streams at a stop, which does not wait for them', async () => {
  const stopping = await startServiceOn(service.database);
  const stream = await openEvents(`${stopping.url}/-/events`);
  const startedAt = performance.now();
  expect(await stopping.stop()).toEqual({ failed: [] });
  expect(performance.now() - startedAt).toBeLessThan(5000);
  await waitUntil('the end', 1, () => stream.isEnded);
  expect(stream.response.complete).toBe(true);
});
