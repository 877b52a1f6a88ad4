import fc from 'fast-check';
import { defineVisit, type Visit } from '../../src/models/visit';
import { fuzzRequest, query, renderRequest, target, type FuzzRequest } from '../support/fuzz-requests';
import { exchange, parseResponses, type RawResponse } from '../support/raw-http';
import { startServiceOn, startTestService, type TestService } from '../support/test-service';

// `npm run test:fuzz` sends ten times as many. A failure prints its seed and path; FUZZ_SEED
// repeats a run.
const cases = Number(process.env['FUZZ_CASES'] ?? 2000);
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const share = (part: number) => ({ numRuns: Math.ceil(cases * part), seed });
const longest = 60_000 + cases * 60;

let service: TestService;
let log: typeof Visit;
let counted = 0;
beforeAll(async () => {
  service = await startTestService();
  log = defineVisit(service.database.sequelize);
});
afterAll(() => service.stop());

/** Counts the visits recorded since the last call. */
async function countNew(): Promise<number> {
  const before = counted;
  counted = await log.count();
  return counted - before;
}

/** The methods that may record. */
const recording = new Set(['GET', 'POST']);

/** Whether a response to such a method says that a visit was recorded. */
function saysRecorded(path: string, { status, headers, body }: RawResponse): boolean {
  const type = headers['content-type'] ?? '';
  if (status !== 200 || headers['idempotent-replayed'] === 'true') return false;
  if (headers['visit-ignored'] !== undefined) return false;
  if (type.startsWith('image/svg')) return /^([a-z]+:\/\/[^/]*)?\/-\/hit\//i.test(path);
  if (!type.startsWith('application/json')) return false;
  const json = JSON.parse(body.toString());
  return 'username' in json && 'visits' in json && !('first_visit_at' in json);
}

/** Checks what must hold for every response. */
function expectSound({ status, headers, body }: RawResponse, hasBody: boolean): void {
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect([undefined, '*']).toContain(headers['access-control-allow-origin']);
  expect(headers['x-request-id']).toMatch(/^[\w.:-]{1,64}$/);
  if (status < 400 || !hasBody) {
    if (status !== 503) expect(status).toBeLessThan(500);
    return;
  }
  if (headers['content-type']?.startsWith('text/html')) {
    expect(status).toBeLessThan(500);
    return;
  }
  expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
  const problem = JSON.parse(body.toString());
  expect(problem).toMatchObject({ status, code: expect.any(String), request_id: headers['x-request-id'] });
  // The only expected 503 is for a prefetch.
  if (status >= 500) expect([status, problem.code]).toEqual([503, 'speculative-request']);
}

// It closes the connection, so a case ends when every request in the bytes is answered.
const lastRequest = 'GET /-/health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';

/** Sends a request over a new connection. One that announces a body would swallow `lastRequest`. */
async function send(url: string, request: FuzzRequest): Promise<RawResponse[]> {
  const methods = [request.method];
  const announcesBody = request.headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  const received = await exchange(
    url,
    renderRequest(request) + (announcesBody ? '' : lastRequest),
    (sofar) => announcesBody && parseResponses(sofar, methods).length > 0,
  );
  return parseResponses(received, methods);
}

/** Sends requests to a service and compares each response with the log. */
function expectReportsToHold(url: string, part: number): Promise<void> {
  return fc.assert(
    fc.asyncProperty(fuzzRequest, async (request) => {
      const [response, ...others] = await send(url, request);
      expect(response).toBeDefined();
      expectSound(response!, request.method !== 'HEAD');
      for (const other of others) expectSound(other, true);
      const recorded =
        recording.has(request.method) && saysRecorded(request.target.replace(/[?#].*/s, ''), response!);
      expect(await countNew()).toBe(recorded ? 1 : 0);
    }),
    share(part),
  );
}

it(
  'answers any bytes and records exactly the visits that it reports',
  () => expectReportsToHold(service.url, 0.6),
  longest,
);

it(
  'does so with every rule about what is counted, and records no reserved name',
  async () => {
    const closed = await startServiceOn(service.database, {
      BOTS: 'ignore',
      NAMES: 'pattern:[^%]{1,60}',
      RESERVED_NAMES: 'common,constructor,*(+*',
      RATE_LIMIT_NAMES: '10000',
    });
    const listReserved = () =>
      service.database.query(
        `SELECT count(*)::int AS visits FROM visits JOIN visitors ON visitors.id = visitor_id
         WHERE username ~* '^\\.env|\\.php$|^constructor$|\\(\\+' OR username ~ '%'`,
      );
    try {
      await countNew();
      const before = await listReserved();
      await expectReportsToHold(closed.url, 0.3);
      expect(await listReserved()).toEqual(before);
    } finally {
      await closed.stop();
    }
  },
  longest,
);

it(
  'answers any request of a client and records exactly the visits that it reports',
  async () => {
    const method = fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'OPTIONS', 'POST', 'POST', 'DELETE');
    const accept = fc.constantFrom('*/*', 'application/json', 'text/html');
    await fc.assert(
      fc.asyncProperty(target, method, accept, async (path, method, accept) => {
        const url = `${service.url}/${path.replace(/^\/|^[^/]*:\/+/, '')}`;
        const response = await fetch(url, { method, headers: { Accept: accept }, redirect: 'manual' });
        const raw = {
          status: response.status,
          headers: Object.fromEntries(response.headers),
          body: Buffer.from(await response.arrayBuffer()),
        };
        expectSound(raw, method !== 'HEAD');
        // fetch normalises the path before it sends it.
        const recorded = recording.has(method) && saysRecorded(new URL(url).pathname, raw);
        expect(await countNew()).toBe(recorded ? 1 : 0);
      }),
      share(0.3),
    );
  },
  longest,
);

it(
  'does so with a read key, and shows no protected content without it',
  async () => {
    const key = 'a-key-of-the-tests-only';
    const guarded = await startServiceOn(service.database, { READ_KEY: key, PUBLIC: 'nothing' });
    // A list, a summary, a history, a badge that is only read, or a page with figures.
    const isProtected = (path: string, { status, body }: RawResponse): boolean =>
      status === 200 &&
      // The API document names the fields.
      !body.includes('"openapi":') &&
      (/"(results|last_hour|points|first_visit_at|schemaVersion)":/.test(body.toString()) ||
        (body.includes('<svg') && /\/-\/badge\//i.test(path)) ||
        body.includes('class="number"'));
    const credentials = fc.constantFrom(
      ...['Bearer', `Bearer ${key.slice(1)}`, `bearer  ${key}x`, `Basic ${key}`, key, `Bearer\t${key}`],
    );
    const cookie = fc.constantFrom(
      ...[
        'footfall-reader=',
        'footfall-reader=9999999999.x',
        `footfall-reader=${key}`,
        'footfall-reader=%',
        ';',
      ],
    );
    const attempt = fc.tuple(fuzzRequest, fc.option(credentials), fc.option(cookie));
    try {
      await countNew();
      await fc.assert(
        fc.asyncProperty(attempt, async ([request, authorization, cookies]) => {
          const headers = [
            ...request.headers,
            ...(authorization === null ? [] : [['Authorization', authorization] as const]),
            ...(cookies === null ? [] : [['Cookie', cookies] as const]),
          ];
          const [response, ...others] = await send(guarded.url, { ...request, headers });
          expect(response).toBeDefined();
          expectSound(response!, request.method !== 'HEAD');
          for (const other of others) expectSound(other, true);
          expect(isProtected(request.target, response!)).toBe(false);
          const path = request.target.replace(/[?#].*/s, '');
          const recorded = recording.has(request.method) && saysRecorded(path, response!);
          expect(await countNew()).toBe(recorded ? 1 : 0);
        }),
        share(0.3),
      );
      await expectReportsToHold(guarded.url, 0.1);
    } finally {
      await guarded.stop();
    }
  },
  longest,
);

it(
  'answers any query of a read with 200, 400 or 404 and records nothing',
  async () => {
    const path = fc.constantFrom(
      '/',
      '/-/history',
      '/-/visitors/alice/history',
      '/-/summary',
      '/-/badge/a.svg',
    );
    await fc.assert(
      fc.asyncProperty(path, query, async (path, text) => {
        const response = await fetch(`${service.url}${path}${text}`);
        await response.text();
        expect([200, 400, 404]).toContain(response.status);
      }),
      share(0.1),
    );
    expect(await countNew()).toBe(0);
  },
  longest,
);

it('has totals that match the log afterwards', async () => {
  const rows = await service.database.query(`
    SELECT username FROM visitors LEFT JOIN visit_totals ON visit_totals.visitor_id = visitors.id
    WHERE coalesce(visit_totals.visits, 0) <> (SELECT count(*) FROM visits WHERE visitor_id = visitors.id)`);
  expect(rows).toEqual([]);
});
