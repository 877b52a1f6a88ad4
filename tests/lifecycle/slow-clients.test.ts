import { once } from 'node:events';
import { get } from 'node:http';
import type { Socket } from 'node:net';
import { holdVisits } from '../support/hold-visits';
import { openSocket } from '../support/raw-http';
import { startTestService, type TestService } from '../support/test-service';
import { waitUntil } from '../support/wait-until.cjs';

const maxConnections = 20;

let service: TestService;
const sockets: Socket[] = [];
beforeAll(async () => {
  service = await startTestService({
    HTTP_MAX_CONNECTIONS: String(maxConnections),
    HTTP_REQUEST_TIMEOUT_MS: '1500',
    RECORD_MAX_IN_FLIGHT: '1',
    RECORD_MAX_BATCH: '1',
    // Held visits may wait long on a busy machine.
    DB_STATEMENT_TIMEOUT_MS: '20000',
    DB_QUERY_TIMEOUT_MS: '30000',
    ANSWER_TIMEOUT_MS: '30000',
  });
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(() => service.stop());

/** A connection and the data received so far. */
interface Client {
  readonly socket: Socket;
  readonly received: () => string;
  /** Milliseconds until the server closed it. */
  readonly closed: Promise<number>;
}

async function connect(): Promise<Client> {
  const socket = openSocket(service.url);
  sockets.push(socket);
  const start = performance.now();
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString())).on('error', () => undefined);
  const closed = new Promise<number>((resolve) => {
    socket.once('close', () => resolve(performance.now() - start));
  });
  await once(socket, 'connect');
  return { socket, received: () => text, closed };
}

/** Sends a request head that never ends, byte by byte. */
async function dawdle(): Promise<Client> {
  const client = await connect();
  client.socket.write('GET /slow HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  const timer = setInterval(() => client.socket.write('a'), 100);
  client.socket.once('close', () => clearInterval(timer));
  return client;
}

/** Visits over a new connection. */
function visit(name: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(`${service.url}/${name}`, { agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    }).once('error', reject);
  });
}

it('answers 408 to a client that sends its request byte by byte, and closes it', async () => {
  const slow = await Promise.all(Array.from({ length: 5 }, dawdle));
  for (const { closed, received } of slow) {
    // The limit is 1.5 s, and Node checks once per second; a busy machine needs longer.
    expect(await closed).toBeLessThan(10_000);
    expect(received()).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"request-timeout"/);
  }
});

it('closes a client that connects and sends nothing', async () => {
  const { closed } = await connect();
  expect(await closed).toBeLessThan(10_000);
});

it('serves other clients while more slow clients arrive than it has connections', async () => {
  const slow: Client[] = [];
  const statuses: (number | undefined)[] = [];
  for (let round = 0; round < 20; round += 1) {
    slow.push(...(await Promise.all(Array.from({ length: 4 }, dawdle))));
    statuses.push(await visit('normal'));
  }
  expect(slow.length).toBeGreaterThan(2 * maxConnections);
  expect(statuses).toEqual(Array.from({ length: 20 }, () => 200));
  expect(await service.listed('normal')).toBe(20);
  await Promise.all(slow.map(({ closed }) => closed));
  expect(await service.listed('slow')).toBeUndefined();
});

it('closes idle connections at the limit, and none in use', async () => {
  await visit('held');
  const release = await holdVisits(service.database);
  const held = await Promise.all(Array.from({ length: maxConnections - 2 }, connect));
  for (const { socket } of held) socket.write('GET /held HTTP/1.1\r\nHost: x\r\n\r\n');
  await waitUntil('the visits wait', 20, async () => {
    const { text } = await service.http.get('/-/metrics');
    return text.includes(`footfall_record_queue_depth ${held.length - 1}\n`);
  });
  const waiting = await Promise.all(Array.from({ length: 10 }, connect));
  await waitUntil(
    'connections are closed',
    20,
    () => waiting.filter(({ socket }) => socket.destroyed).length >= 8,
  );
  await release();
  await waitUntil('the visits are answered', 20, () =>
    held.every(({ received }) => received().startsWith('HTTP/1.1 200 ')),
  );
  expect(await service.listed('held')).toBe(held.length + 1);
});

it('closes a client that sends requests and reads no responses', async () => {
  const { socket } = await connect();
  socket.pause();
  // More than the socket buffers of both sides hold.
  socket.write('GET /-/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(500));
  let broken = false;
  socket.once('close', () => (broken = true));
  await waitUntil('the connection is closed', 20, () => {
    // A client that does not read notices the close only by writing. Empty lines before a request are allowed.
    socket.write('\r\n');
    return broken;
  });
  expect(await visit('after')).toBe(200);
});
