import { readMetric } from '../support/read-metric';
import { startServiceOn, startTestService, type TestService } from '../support/test-service';

const settings = { TRUSTED_PROXIES: 'loopback', BOTS: 'ignore' };
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0';
const camo = 'github-camo (876de43e)';

let service: TestService;
beforeAll(async () => {
  service = await startTestService(settings);
});
afterAll(() => service.stop());

interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly url?: string;
}

async function ask(path: string, { method = 'GET', headers = {}, url = service.url }: Ask = {}) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'User-Agent': firefox, 'X-Forwarded-For': '192.0.2.1', ...headers },
  });
  const text = await response.text();
  return {
    status: response.status,
    ignored: response.headers.get('visit-ignored'),
    text,
    body: (text.startsWith('{') ? JSON.parse(text) : {}) as {
      visits?: number;
      code?: string;
      detail?: string;
    },
  };
}

it('counts a client once on every path that records', async () => {
  expect(await ask('/alice?once=day')).toMatchObject({ status: 200, ignored: null, body: { visits: 1 } });
  await ask('/alice');
  for (const [path, method] of [
    ['/alice?once=day', 'GET'],
    ['/alice?once=24h', 'POST'],
    ['/-/visits?name=alice&once=1h', 'POST'],
  ]) {
    const repeat = await ask(path!, { method: method! });
    expect(repeat).toMatchObject({ status: 200, ignored: 'once', body: { visits: 2 } });
  }
  const badge = await ask('/-/hit/alice.svg?once=day');
  expect([badge.ignored, badge.text.includes('visits: 2')]).toEqual(['once', true]);
  expect(await service.listed('alice')).toBe(2);
  const { text } = await ask('/-/metrics');
  expect(readMetric(text, 'footfall_visits_ignored_total{reason="once"}')).toBe(4);
});

it('tells clients apart by address and User-Agent, as the rate limits do', async () => {
  const visit = (address: string, agent = firefox) =>
    ask('/people?once=day', { headers: { 'X-Forwarded-For': address, 'User-Agent': agent } });
  expect(await visit('203.0.113.7')).toMatchObject({ ignored: null, body: { visits: 1 } });
  expect(await visit('203.0.113.7:50001')).toMatchObject({ ignored: 'once' });
  expect(await visit('203.0.113.8')).toMatchObject({ ignored: null, body: { visits: 2 } });
  expect(await visit('203.0.113.7', 'curl/8.5.0')).toMatchObject({ ignored: null, body: { visits: 3 } });
  expect(await visit('2001:db8::1')).toMatchObject({ ignored: null, body: { visits: 4 } });
  expect(await visit('2001:db8::2')).toMatchObject({ ignored: 'once', body: { visits: 4 } });
});

it.each(['', '0h', '25h', '24', 'Day', '1.5h', '-1h', '1d', 'day&once=day'])(
  'refuses once=%s',
  async (value) => {
    for (const [path, method] of [
      [`/refused?once=${value}`, 'GET'],
      [`/-/visits?name=refused&once=${value}`, 'POST'],
      [`/-/hit/refused.svg?once=${value}`, 'GET'],
    ]) {
      const { status, body } = await ask(path!, { method: method! });
      expect([status, body.code]).toEqual([400, 'invalid-parameter']);
      expect(body.detail).toContain('"once"');
    }
    expect(await service.listed('refused')).toBeUndefined();
  },
);

it('refuses a key beside once', async () => {
  const refused = await ask('/refused?once=day', { headers: { 'Idempotency-Key': 'k' } });
  expect([refused.status, refused.body.code]).toEqual([400, 'invalid-parameter']);
  expect(await service.listed('refused')).toBeUndefined();
});

it('ignores once for image proxies', async () => {
  for (const visits of [1, 2]) {
    const { ignored, text } = await ask('/-/hit/readme.svg?once=day', { headers: { 'User-Agent': camo } });
    expect([ignored, text.includes(`visits: ${visits}`)]).toEqual([null, true]);
  }
});

it('still counts a client whose page was prerendered before', async () => {
  const image = await ask('/-/hit/soon.svg?once=day', { headers: { 'Sec-Purpose': 'prefetch;prerender' } });
  expect(image.ignored).toBe('prerender');
  expect((await ask('/soon?once=day', { headers: { 'Sec-Purpose': 'prefetch' } })).status).toBe(503);
  expect(await ask('/soon?once=day')).toMatchObject({ ignored: null, body: { visits: 1 } });
});

it('counts one of 100 simultaneous requests of one client, and 100 of 100 clients, over two services', async () => {
  const second = await startServiceOn(service.database, { ...settings, RATE_LIMIT_VISITS: '0' });
  const first = await startServiceOn(service.database, { ...settings, RATE_LIMIT_VISITS: '0' });
  try {
    const send = (name: string, clients: readonly number[]) =>
      Promise.all(
        clients.map((client, index) =>
          ask(`/${name}?once=day`, {
            headers: { 'X-Forwarded-For': `198.51.100.${client}` },
            url: index % 2 ? first.url : second.url,
          }),
        ),
      );
    const same = await send(
      'one-client',
      Array.from({ length: 100 }, () => 1),
    );
    expect(same.filter(({ status }) => status === 200)).toHaveLength(100);
    expect(same.filter(({ ignored }) => ignored === null)).toHaveLength(1);
    expect(new Set(same.map(({ body }) => body.visits))).toEqual(new Set([1]));
    expect(await service.listed('one-client')).toBe(1);
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    const all = await send('hundred', hundred);
    expect(all.map(({ body }) => body.visits).sort((a, b) => a! - b!)).toEqual(hundred);
    expect(all.filter(({ ignored }) => ignored !== null)).toHaveLength(0);
    expect(await service.listed('hundred')).toBe(100);
  } finally {
    await Promise.all([first.stop(), second.stop()]);
  }
});
