import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { get, type IncomingMessage } from 'node:http';
import { holdLocks } from '../support/hold-locks';
import { readMetric } from '../support/read-metric';
import { startTestService, type TestService } from '../support/test-service';

let service: TestService;
beforeAll(async () => {
  // Timeouts long enough for a busy machine.
  service = await startTestService({
    DB_CONNECT_TIMEOUT_MS: '20000',
    DB_ACQUIRE_TIMEOUT_MS: '20000',
    DB_STATEMENT_TIMEOUT_MS: '20000',
    DB_QUERY_TIMEOUT_MS: '30000',
    ANSWER_TIMEOUT_MS: '30000',
  });
  for (const name of ['alice', 'bob', 'carol']) await service.http.get(`/${name}`).expect(200);
});
afterAll(() => service.stop());

const paths = [
  ...['/', '/?sort=-visits&limit=25', '/?since=2000-01-01T00:00:00Z', '/-/summary', '/-/history'],
  ...['/-/visitors/alice', '/-/visitors/alice/history', '/-/badge/alice.svg'],
];

it.each(paths)('answers 256 viewers of %s at once', async (path) => {
  const responses = await Promise.all(Array.from({ length: 256 }, () => fetch(service.url + path)));
  expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
  const ids = responses.map(({ headers }) => headers.get('x-request-id'));
  expect(new Set(ids).size).toBe(256);
  const bodies = await Promise.all(responses.map((response) => response.text()));
  expect(bodies.every((body) => body.length === bodies[0]!.length)).toBe(true);
});

it('answers 256 viewers of the dashboard at once, each in the language of the viewer', async () => {
  const languages = ['en', 'de', 'fr', 'ar-EG'];
  const responses = await Promise.all(
    Array.from({ length: 256 }, (_, viewer) =>
      fetch(service.url, {
        headers: { Accept: 'text/html', 'Accept-Language': languages[viewer % languages.length]! },
      }),
    ),
  );
  expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
  const pages = await Promise.all(responses.map((response) => response.text()));
  for (const [viewer, page] of pages.entries()) {
    const three = (3).toLocaleString(languages[viewer % languages.length]);
    expect(page).toContain(`id="figure-visits" class="number" value="3">${three}<`);
  }
});

it('answers the others when a client disconnects from a shared read', async () => {
  const holder = await holdLocks(service.database, 'LOCK TABLE visit_totals');
  const impatient = new AbortController();
  const first = fetch(service.url, { signal: impatient.signal }).catch((error: unknown) => error);
  await waitForReads({ waiting: 0, inFlight: 1 });
  const others = [fetch(service.url, { signal: impatient.signal }).catch((error: unknown) => error)];
  const patient = Array.from({ length: 3 }, () => fetch(service.url));
  await waitForReads({ waiting: 1, inFlight: 1 });
  impatient.abort();
  await Promise.all([first, ...others]);
  await holder.release();
  for (const response of await Promise.all(patient)) {
    expect(response.status).toBe(200);
    expect(((await response.json()) as { results: unknown[] }).results).toHaveLength(3);
  }
});

/** Waits until the metrics show this load of the reads. */
async function waitForReads(load: { waiting: number; inFlight: number }): Promise<void> {
  for (;;) {
    const { text } = await service.http.get('/-/metrics').expect(200);
    const waiting = readMetric(text, 'footfall_read_queue_depth');
    const inFlight = readMetric(text, 'footfall_read_statements_in_flight');
    if (waiting === load.waiting && inFlight === load.inFlight) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the encoding of a page', () => {
  /** Requests without the decompression of `fetch`. */
  async function request(path: string, encoding: string | undefined, method = 'GET') {
    const headers = {
      Accept: 'text/html',
      ...(encoding === undefined ? {} : { 'Accept-Encoding': encoding }),
    };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(service.url + path, { method, headers, agent: false }, resolve).once('error', reject);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return { headers: response.headers, body: Buffer.concat(chunks) };
  }

  const stylesheet = async (): Promise<string> => {
    const { body } = await request('/', undefined);
    return /href="([^"]+\.css)"/.exec(body.toString())![1]!;
  };

  it.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, br;q=0', 'gzip'],
    ['*', 'br'],
    ['identity', undefined],
    ['br;q=0, gzip;q=0', undefined],
    [undefined, undefined],
  ])('for %j is %s', async (accepted, expected) => {
    for (const path of ['/-/docs', await stylesheet()]) {
      const plain = await request(path, undefined);
      const { headers, body } = await request(path, accepted);
      expect(headers['content-encoding']).toBe(expected);
      expect(headers.vary).toContain('Accept-Encoding');
      expect(headers['content-length']).toBe(String(body.length));
      const decode = expected === 'br' ? brotliDecompressSync : expected === 'gzip' ? gunzipSync : undefined;
      expect((decode ? decode(body) : body).equals(plain.body)).toBe(true);
    }
  });

  it('is not applied to the answer to HEAD', async () => {
    const { headers, body } = await request('/-/docs', 'br', 'HEAD');
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers['content-length']).toBe(String((await request('/-/docs', undefined)).body.length));
    expect(body).toHaveLength(0);
  });
});
