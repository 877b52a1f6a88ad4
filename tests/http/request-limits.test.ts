import { exchange, openSocket, parseResponses } from '../support/raw-http';
import { startTestService, type TestService } from '../support/test-service';

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ HTTP_REQUEST_TIMEOUT_MS: '1000' });
});
afterAll(() => service.stop());

const filler = (length: number): string => 'a'.repeat(length);

/** Sends bytes, and returns each response as `status code`, such as `400 malformed-request`. */
async function send(bytes: string): Promise<string[]> {
  const responses = parseResponses(await exchange(service.url, bytes));
  return responses.map(({ status, headers, body }) => {
    if (status <= 200) return String(status);
    expect(headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
    });
    const problem = JSON.parse(body.toString());
    expect(problem).toMatchObject({
      status,
      detail: expect.stringMatching(/./),
      request_id: headers['x-request-id'],
    });
    return `${status} ${String(problem.code)}`;
  });
}

async function countVisits(): Promise<number> {
  const rows = await service.database.query<{ n: number }>('SELECT count(*)::int AS n FROM visits');
  return rows[0]!.n;
}

const close = 'Host: x\r\nConnection: close\r\n';

it.each([
  ['a URL above 8 KB', `GET /${filler(8192)} HTTP/1.1\r\n${close}\r\n`, '414 uri-too-long'],
  [
    'a URL above the limit of the whole head',
    `GET /${filler(20_000)} HTTP/1.1\r\n${close}\r\n`,
    '414 uri-too-long',
  ],
  ['a query above 8 KB', `GET /?search=${filler(8192)} HTTP/1.1\r\n${close}\r\n`, '414 uri-too-long'],
  [
    'headers above 16 KB',
    `GET /alice HTTP/1.1\r\n${close}X-Long: ${filler(17_000)}\r\n\r\n`,
    '431 headers-too-large',
  ],
  ['no Host', 'GET /alice HTTP/1.1\r\nConnection: close\r\n\r\n', '400 malformed-request'],
  ['two Hosts', `GET /alice HTTP/1.1\r\nhOST: x\r\n${close}\r\n`, '400 malformed-request'],
  ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', '400 malformed-request'],
  ['a TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '400 malformed-request'],
  ['a name in raw UTF-8', `GET /\xc3\xa9 HTTP/1.1\r\n${close}\r\n`, '400 malformed-request'],
  ['a space in the path', `GET /a b HTTP/1.1\r\n${close}\r\n`, '400 malformed-request'],
  ['a header without a name', `GET /alice HTTP/1.1\r\n${close}: x\r\n\r\n`, '400 malformed-request'],
  [
    'two lengths',
    `GET /alice HTTP/1.1\r\n${close}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
    '400 malformed-request',
  ],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '400 malformed-request'],
  ['CONNECT', 'CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n', '405 method-not-allowed'],
  ['an expectation', `GET /alice HTTP/1.1\r\n${close}Expect: tea\r\n\r\n`, '417 expectation-failed'],
  ['a body', `GET /alice HTTP/1.1\r\n${close}Content-Length: 3\r\n\r\nabc`, '413 body-too-large'],
  [
    'a body in chunks',
    `GET /alice HTTP/1.1\r\n${close}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
    '413 body-too-large',
  ],
  [
    'a body that waits for 100-continue',
    'GET /alice HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n',
    '413 body-too-large',
  ],
  [
    'a method that is not allowed, with a body',
    `PUT /alice HTTP/1.1\r\n${close}Content-Length: 3\r\n\r\nabc`,
    '405 method-not-allowed',
  ],
  [
    'a method that is not allowed, with a body that waits for 100-continue',
    'PUT /alice HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n',
    '405 method-not-allowed',
  ],
  [
    'a POST with more than 1 KB',
    `POST /alice HTTP/1.1\r\n${close}Content-Length: 1025\r\n\r\n${'a'.repeat(1025)}`,
    '413 body-too-large',
  ],
  [
    'a POST with a body of unknown length',
    `POST /-/visits?name=alice HTTP/1.1\r\n${close}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
    '413 body-too-large',
  ],
  [
    'a POST with more than 1 KB that waits for 100-continue',
    'POST /alice HTTP/1.1\r\nHost: x\r\nContent-Length: 1025\r\nExpect: 100-continue\r\n\r\n',
    '413 body-too-large',
  ],
  ['half a request', 'GET /alice HTTP/1.1\r\nHost: x\r\n', '408 request-timeout'],
])('refuses %s and records nothing', async (_title, bytes, expected) => {
  const before = await countVisits();
  expect(await send(bytes)).toEqual([expected]);
  expect(await countVisits()).toBe(before);
});

it('records a POST without waiting for its small body', async () => {
  const before = await countVisits();
  expect(await send(`POST /slow HTTP/1.1\r\n${close}Content-Length: 9\r\n\r\nabc`)).toEqual(['200']);
  const expecting = `POST /slow HTTP/1.1\r\n${close}Content-Length: 3\r\nExpect: 100-continue\r\n\r\nabc`;
  expect(await send(expecting)).toEqual(['100', '200']);
  expect(await countVisits()).toBe(before + 2);
});

it('accepts HTTP/1.0 without Host, and Content-Length: 0', async () => {
  expect(await send('GET /old HTTP/1.0\r\n\r\n')).toEqual(['200']);
  expect(await send(`GET /empty HTTP/1.1\r\n${close}Content-Length: 0\r\n\r\n`)).toEqual(['200']);
});

it('answers a visit before it refuses the next bytes on the connection', async () => {
  const before = await countVisits();
  expect(await send('GET /first HTTP/1.1\r\nHost: x\r\n\r\nGET /a b HTTP/1.1\r\n\r\n')).toEqual([
    '200',
    '400 malformed-request',
  ]);
  expect(await countVisits()).toBe(before + 1);
});

it('sends one response to a request with a malformed body', async () => {
  const broken = 'GET /alice HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n';
  expect(await send(broken)).toEqual(['413 body-too-large']);
});

it('keeps the connection open after it discards a small body', async () => {
  const withBody = 'GET /kept HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc';
  expect(await send(`${withBody}GET /kept HTTP/1.1\r\n${close}\r\n`)).toEqual(['413 body-too-large', '200']);
});

it('reads at most 64 KB of an endless body', async () => {
  const socket = openSocket(service.url);
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString())).on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write('GET /alice HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
  const chunk = `4000\r\n${filler(0x4000)}\r\n`;
  let sent = 0;
  const feed = (): void => {
    if (socket.destroyed) return;
    sent += chunk.length;
    socket.write(chunk, () => setImmediate(feed));
  };
  feed();
  await closed;
  expect(received).toMatch(/^HTTP\/1\.1 413 /);
  // The socket buffers of both sides hold more than the service has read.
  expect(sent).toBeLessThan(16 * 1024 * 1024);
});
