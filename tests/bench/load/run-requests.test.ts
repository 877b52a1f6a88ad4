import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { runRequests } from '../../../bench/load/run-requests';

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  jest.useRealTimers();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  servers.push({ close });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An HTTP server of Node that keeps the requests it got. */
async function startHttp(answer: RequestListener) {
  const asked: { path: string; port: number }[] = [];
  const url = await listen(
    createHttpServer((request, response) => {
      asked.push({ path: request.url ?? '', port: request.socket.remotePort ?? 0 });
      answer(request, response);
    }),
  );
  return { url, asked, ports: () => new Set(asked.map(({ port }) => port)) };
}

/** A TCP server that keeps the requested paths; the test writes the answers. */
async function startRaw(answer: (socket: Socket, path: string, n: number) => void) {
  const asked: string[] = [];
  const url = await listen(
    createServer({ noDelay: true }, (socket) => {
      socket.on('data', (bytes) => {
        const requests = bytes.toString('latin1').split('\r\n\r\n').slice(0, -1);
        for (const request of requests) {
          const path = request.split(' ')[1] ?? '';
          asked.push(path);
          answer(socket, path, asked.length);
        }
      });
    }),
  );
  return { url, asked };
}

const whole = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';
const answerWhole: RequestListener = (_request, response) => void response.end('{}');
const toSequences = (connections: number, share: number): string[][] =>
  Array.from({ length: connections }, (_, n) => Array.from({ length: share }, (_, m) => `/${n}-${m}`));

describe('a load', () => {
  it('is spread evenly over the addresses, on the given number of connections', async () => {
    const [first, second] = [await startHttp(answerWhole), await startHttp(answerWhole)];
    const result = await runRequests([first.url, second.url], { connections: 6, amount: 60, paths: '/ada' });
    expect(result).toMatchObject({ sent: 60, acknowledged: 60, non2xx: 0, errors: 0 });
    for (const server of [first, second]) {
      expect(server.asked.map(({ path }) => path)).toEqual(Array<string>(30).fill('/ada'));
      expect(server.ports().size).toBe(3);
    }
    expect(result.seconds).toBeGreaterThan(0);
    expect(result.p50Ms).toBeGreaterThan(0);
    expect(result.p99Ms).toBeGreaterThanOrEqual(result.p50Ms!);
  });

  it('requests each sequence of paths in order, on its own connection', async () => {
    const server = await startHttp(answerWhole);
    const paths = toSequences(3, 20);
    await runRequests([server.url], { connections: 3, amount: 60, paths });
    const seen = [...server.ports()].map((port) =>
      server.asked.filter((request) => request.port === port).map(({ path }) => path),
    );
    expect(seen).toHaveLength(3);
    expect(seen).toEqual(expect.arrayContaining(paths));
  });

  it('opens a connection for each request if it is told to', async () => {
    const { url, ports } = await startHttp(answerWhole);
    const load = { connections: 2, amount: 6, paths: '/alice', connectEachTime: true };
    expect(await runRequests([url], load)).toMatchObject({ acknowledged: 6, errors: 0 });
    expect(ports().size).toBe(6);
  });

  it('sends the next request after the complete answer', async () => {
    const waiting = new Set<Socket>();
    const overlaps: string[] = [];
    const { url, asked } = await startRaw((socket, path) => {
      if (waiting.has(socket)) overlaps.push(path);
      waiting.add(socket);
      socket.write(whole.slice(0, -1));
      setImmediate(() => {
        waiting.delete(socket);
        socket.write(whole.slice(-1));
      });
    });
    await runRequests([url], { connections: 2, amount: 20, paths: '/ada' });
    expect(asked).toHaveLength(20);
    expect(overlaps).toEqual([]);
  });

  it('reads answers that are split at any byte', async () => {
    const { url, asked } = await startRaw((socket, _path, n) => {
      socket.write(whole.slice(0, n));
      setImmediate(() => socket.write(whole.slice(n)));
    });
    const amount = whole.length - 1;
    expect(await runRequests([url], { connections: 1, amount, paths: '/ada' })).toMatchObject({
      acknowledged: amount,
      errors: 0,
    });
    expect(asked).toHaveLength(amount);
  });

  it('reads long answers', async () => {
    const { url } = await startHttp((_request, response) => void response.end('a'.repeat(300_000)));
    const result = await runRequests([url], { connections: 2, amount: 10, paths: '/' });
    expect(result).toMatchObject({ acknowledged: 10, errors: 0 });
  });

  it('counts answers other than 2xx, without their latency', async () => {
    const { url } = await startHttp((request, response) => {
      response.statusCode = request.url === '/busy' ? 503 : 201;
      response.end('{}');
    });
    const paths = [
      ['/ada', '/busy', '/ada'],
      ['/busy', '/busy', '/ada'],
    ];
    const result = await runRequests([url], { connections: 2, amount: 6, paths });
    expect(result).toMatchObject({ sent: 6, acknowledged: 3, non2xx: 3, errors: 0 });
    const refused = await runRequests([url], { connections: 1, amount: 3, paths: '/busy' });
    expect(refused).toMatchObject({ non2xx: 3, perSecond: 0, p50Ms: null, p99Ms: null });
  });
});

describe('a connection that is lost', () => {
  it.each([
    ['in the middle of an answer', (socket: Socket) => void socket.end(whole.slice(0, 20))],
    ['instead of an answer', (socket: Socket) => void socket.end()],
    ['by a reset', (socket: Socket) => void socket.resetAndDestroy()],
  ])('%s loses one request, which is not sent again, and the rest is sent', async (_when, lose) => {
    const { url, asked } = await startRaw((socket, path) => {
      if (path === '/1-3') lose(socket);
      else socket.write(whole);
    });
    const paths = toSequences(2, 10);
    const result = await runRequests([url], { connections: 2, amount: 20, paths });
    expect(result).toMatchObject({ sent: 20, acknowledged: 19, non2xx: 0, errors: 1 });
    expect(asked.sort()).toEqual(paths.flat().sort());
  });

  it('after an answer that announces it loses no request', async () => {
    const server = await startHttp((_request, response) => {
      response.setHeader('Connection', 'close');
      response.end('{}');
    });
    const paths = toSequences(2, 5);
    const result = await runRequests([server.url], { connections: 2, amount: 10, paths });
    expect(result).toMatchObject({ acknowledged: 10, errors: 0 });
    expect(server.asked.map(({ path }) => path).sort()).toEqual(paths.flat().sort());
    expect(server.ports().size).toBe(10);
  });

  it('is closed if its request has waited for two minutes', async () => {
    // Sockets need these.
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const { url, asked } = await startRaw((socket, path) => {
      if (path !== '/0-1') socket.write(whole);
      else jest.advanceTimersByTime(130_000);
    });
    const result = await runRequests([url], { connections: 1, amount: 3, paths: toSequences(1, 3) });
    expect(result).toMatchObject({ acknowledged: 2, errors: 1 });
    expect(asked).toEqual(['/0-0', '/0-1', '/0-2']);
  });
});

describe('a run is rejected', () => {
  it('when nothing listens at an address', async () => {
    const { url } = await startHttp(answerWhole);
    await servers.pop()!.close();
    const run = runRequests([url], { connections: 2, amount: 2, paths: '/ada' });
    await expect(run).rejects.toThrow(/ECONNREFUSED/);
  });

  it('after 200 requests without an answer', async () => {
    const { url, asked } = await startRaw((socket) => void socket.destroy());
    const run = runRequests([url], { connections: 4, amount: 1000, paths: '/ada' });
    await expect(run).rejects.toThrow('200 requests had no answer');
    expect(asked.length).toBeLessThan(210);
  });

  it('when its server has stopped', async () => {
    const { url } = await startRaw((socket, _path, n) => {
      if (n === 10) void servers.pop()!.close();
      else socket.write(whole);
    });
    const run = runRequests([url], { connections: 2, amount: 1000, paths: '/ada' });
    await expect(run).rejects.toThrow(/200 requests had no answer: .*ECONNREFUSED/);
  });

  it('when an answer is chunked', async () => {
    const { url } = await startHttp((_request, response) => {
      response.write('{');
      response.end('}');
    });
    const run = runRequests([url], { connections: 2, amount: 10, paths: '/ada' });
    await expect(run).rejects.toThrow(
      `The load on ${url} stopped, it cannot continue: the answer is chunked`,
    );
  });

  it('when one request has two answers', async () => {
    const { url } = await startRaw((socket) => void socket.write(whole + whole));
    const run = runRequests([url], { connections: 1, amount: 10, paths: '/ada' });
    await expect(run).rejects.toThrow(/longer than its Content-Length/);
  });
});
