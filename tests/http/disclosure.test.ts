import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenApiDocument } from '../../src/http/openapi/openapi-document';
import { createSecurityHeaders } from '../../src/http/middleware/security-headers';
import { exchange, parseResponses, type RawResponse } from '../support/raw-http';
import { startServiceOn, startTestService, type TestService } from '../support/test-service';

const repository = join(__dirname, '../..');
const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));

/** What no response may contain: how the service is built, and what failed inside. */
const internals = new RegExp(
  [
    repository,
    'node_modules',
    String.raw`\bat [\w.<>]+ \(`,
    String.raw`\.[jt]s:\d+`,
    'secret reason',
    'RAISE',
    String.raw`\b(SELECT|INSERT|UPDATE|DELETE)\b.*\b(FROM|INTO|SET|visit)`,
    String.raw`\b(relation|column|function|constraint) "`,
    '[Ss]equelize',
    'StatementError',
    'ECONNREFUSED',
    process.version.slice(1),
    String(manifest.dependencies.express).replaceAll('.', '\\.'),
  ].join('|'),
);

let service: TestService;
let paths: string[];
beforeAll(async () => {
  service = await startTestService();
  await service.http.get('/alice').expect(200);
  const api = (await service.http.get('/-/openapi.json').expect(200)).body as OpenApiDocument;
  const { text: page } = await service.http.get('/').set('Accept', 'text/html');
  const asset = /\/-\/assets\/([^"]+)/.exec(page)![1]!;
  paths = Object.keys(api.paths).map((path) =>
    path
      .replace('{username}', 'alice')
      .replace('{file}', asset)
      .replace(/\{.*?\}/, 'x'),
  );
});
afterAll(() => service.stop());

async function ask(url: string, path: string, method: string, accept: string): Promise<RawResponse> {
  const request = `${method} ${path} HTTP/1.1\r\nHost: x\r\nAccept: ${accept}\r\nConnection: close\r\n\r\n`;
  const [response] = parseResponses(await exchange(url, request), [method]);
  return response!;
}

function expectNothingDisclosed(what: string, { status, headers, body }: RawResponse): void {
  const names = createSecurityHeaders().map(([name]) => name.toLowerCase());
  expect([what, names.filter((name) => headers[name] === undefined)]).toEqual([what, []]);
  expect(headers).not.toHaveProperty('server');
  expect(headers).not.toHaveProperty('x-powered-by');
  // Pages and the API document show the version, for the people who run the service.
  const isOpen =
    headers['content-type']?.startsWith('text/html') === true || /\/-\/(openapi\.json|metrics) /.test(what);
  expect([
    what,
    !isOpen && JSON.stringify(headers).concat(body.toString()).includes(manifest.version),
  ]).toEqual([what, false]);
  // The metrics contain the version of Node; the proxy hides this path from outside.
  const shown = what.includes('/-/metrics') && status === 200 ? '' : body.toString();
  expect([what, internals.exec(JSON.stringify(headers) + shown)?.[0]]).toEqual([what, undefined]);
}

/** Requests every path with every method and media type, and some paths that do not exist. */
async function askEverything(url: string): Promise<number[]> {
  const statuses: number[] = [];
  for (const path of [...paths, '/-/nothing', '/%ff', '/%00', '/?limit=x', '/a/b']) {
    // A stream of events does not end; the head is the same.
    const methods = path.endsWith('/events') ? [] : ['GET'];
    for (const method of [...methods, 'HEAD', 'OPTIONS', 'POST']) {
      for (const accept of ['*/*', 'text/html']) {
        const response = await ask(url, path, method, accept);
        expectNothingDisclosed(`${method} ${path} ${accept} ${response.status}`, response);
        statuses.push(response.status);
      }
    }
  }
  return statuses;
}

it('discloses no internals in normal operation and sends every security header', async () => {
  expect(Math.max(...(await askEverything(service.url)))).toBeLessThan(500);
});

it('discloses no internals while the database is down', async () => {
  const cut = await startServiceOn(service.database, { DB_PORT: '1' });
  try {
    expect(await askEverything(cut.url)).toContain(503);
  } finally {
    await cut.stop();
  }
});

it('discloses no internals when it fails', async () => {
  await service.database.query(`
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'secret reason in visits' USING DETAIL = 'SELECT secret FROM visitors'; END $$`);
  await service.database.query(
    'CREATE TRIGGER fail BEFORE INSERT ON visits FOR EACH ROW EXECUTE FUNCTION fail()',
  );
  // A count beyond the safe integers of JSON, and a schema of another release.
  await service.database.query('UPDATE visit_totals SET visits = 9007199254740993');
  await service.database.query('ALTER TABLE visits RENAME COLUMN visited_at TO gone');
  const statuses = await askEverything(service.url);
  expect(statuses).toContain(500);
  expect(statuses).toContain(503);
});

it.each([
  ['bytes that are not HTTP', 'nonsense\r\n\r\n'],
  ['a path that is too long', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`],
  ['a header that is too long', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`],
  ['a request without a host', 'GET / HTTP/1.1\r\n\r\n'],
  ['CONNECT', 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n'],
])('discloses no internals to %s', async (title, bytes) => {
  const received = await exchange(service.url, bytes, (sofar) => sofar.includes('}'));
  const [response] = parseResponses(received);
  expectNothingDisclosed(title, response!);
});
