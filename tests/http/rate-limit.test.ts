import { startServiceOn, startTestService, type TestService } from '../support/test-service';

const limits = { RATE_LIMIT_VISITS: '3', RATE_LIMIT_READS: '4', RATE_LIMIT_BADGES: '6' };

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ ...limits, TRUSTED_PROXIES: 'loopback, 10.0.0.0/8' });
});
afterAll(() => service.stop());

/** A new client for each test. */
let client: string;
let clients = 0;
beforeEach(() => {
  client = `192.0.2.${(clients += 1)}`;
});

/** Sends a request as the proxy of a client at this address. */
async function ask(path: string, address = client, headers: Record<string, string> = {}) {
  const response = await fetch(`${service.url}${path}`, {
    headers: { 'X-Forwarded-For': address, ...headers },
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

async function askTimes(times: number, path: string, address?: string): Promise<number[]> {
  const statuses: number[] = [];
  for (let time = 0; time < times; time += 1) statuses.push((await ask(path, address)).status);
  return statuses;
}

async function countVisits(): Promise<number> {
  const rows = await service.database.query<{ n: number }>('SELECT count(*)::int AS n FROM visits');
  return rows[0]!.n;
}

it('refuses visits beyond the limit with the time to wait and records none of them', async () => {
  const before = await countVisits();
  expect(await askTimes(5, '/alice')).toEqual([200, 200, 200, 429, 429]);
  const { headers, text } = await ask('/bob');
  expect(JSON.parse(text)).toMatchObject({
    status: 429,
    code: 'too-many-requests',
    detail: expect.stringContaining('Nothing was recorded'),
    request_id: headers.get('x-request-id'),
  });
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(headers.get('ratelimit-policy')).toBe('3;w=60');
  expect(headers.get('ratelimit-limit')).toBe('3');
  expect(headers.get('ratelimit-remaining')).toBe('0');
  const wait = Number(headers.get('retry-after'));
  expect(wait).toBeGreaterThan(50);
  expect(wait).toBeLessThanOrEqual(60);
  expect(headers.get('ratelimit-reset')).toBe(String(wait));
  expect(await countVisits()).toBe(before + 3);
});

it('tells a client how many requests remain', async () => {
  expect((await ask('/alice')).headers.get('ratelimit-remaining')).toBe('2');
  expect((await ask('/alice')).headers.get('ratelimit-remaining')).toBe('1');
});

it('counts visits, reads and badges separately', async () => {
  const before = await countVisits();
  expect(await askTimes(4, '/alice')).toEqual([200, 200, 200, 429]);
  expect(await askTimes(3, '/-/hit/alice.svg')).toEqual([200, 200, 200]);
  expect(await askTimes(4, '/-/badge/alice.svg')).toEqual([200, 200, 200, 429]);
  expect((await ask('/-/hit/alice.svg')).status).toBe(429);
  expect(await askTimes(5, '/')).toEqual([200, 200, 200, 200, 429]);
  expect(await countVisits()).toBe(before + 6);
});

it('never limits health and metrics', async () => {
  for (const path of ['/-/health/live', '/-/health/ready', '/-/metrics'])
    expect(new Set(await askTimes(20, path))).toEqual(new Set([200]));
});

it('counts a browser file once, as a read', async () => {
  expect((await ask('/favicon.ico')).headers.get('ratelimit-remaining')).toBe('3');
  expect((await ask('/alice')).headers.get('ratelimit-remaining')).toBe('2');
});

it('shows a page to browsers', async () => {
  await askTimes(4, '/');
  const { status, headers, text } = await ask('/', client, { Accept: 'text/html' });
  expect(status).toBe(429);
  expect(headers.get('content-type')).toMatch(/^text\/html/);
  expect(headers.get('retry-after')).toMatch(/^\d+$/);
  expect(text).toContain('Too many requests from your address');
});

it('counts page and list of one path together, once per request', async () => {
  const { headers } = await ask('/', client, { Accept: 'text/html' });
  expect(headers.get('ratelimit-remaining')).toBe('3');
  expect((await ask('/')).headers.get('ratelimit-remaining')).toBe('2');
});

describe('a client', () => {
  it('is one IPv4 address', async () => {
    expect(await askTimes(4, '/alice')).toEqual([200, 200, 200, 429]);
    expect((await ask('/alice', '198.51.100.1')).status).toBe(200);
  });

  it.each([
    [
      'IPv4',
      (number: number) => [
        `203.0.113.${number}:50001`,
        `203.0.113.${number}:50002`,
        `::ffff:203.0.113.${number}`,
        `203.0.113.${number}`,
        `[::FFFF:203.0.113.${number}]:443`,
        `"203.0.113.${number}:50003"`,
        `203.0.113.${number}:_port`,
      ],
    ],
    [
      'IPv6',
      (number: number) => [
        `[2001:db8:${number}::1]:443`,
        `[2001:db8:${number}::1]:444`,
        `[2001:db8:${number}::1]`,
        `2001:db8:${number}::1`,
        `2001:DB8:${number}:0:0:0:0:1%eth0`,
        `"[2001:db8:${number}::1]:445"`,
      ],
    ],
  ])('is one %s address in every notation', async (_version, listNotations) => {
    const notations = listNotations(clients);
    const statuses: number[] = [];
    for (const notation of notations) statuses.push((await ask('/alice', notation)).status);
    expect(statuses).toEqual(notations.map((_notation, index) => (index < 3 ? 200 : 429)));
  });

  it('is the /56 network of an IPv6 address', async () => {
    const addresses = ['2001:db8:1:ab00::1', '2001:db8:1:ab01::1', '2001:db8:1:abff:1:2:3:4'];
    for (const address of addresses) expect((await ask('/alice', address)).status).toBe(200);
    expect((await ask('/alice', '2001:db8:1:ab42::9')).status).toBe(429);
    expect((await ask('/alice', '2001:db8:1:ac00::1')).status).toBe(200);
  });

  it('is the last untrusted address in X-Forwarded-For', async () => {
    expect(await askTimes(4, '/alice', `198.51.100.7, ${client}, 10.1.2.3`)).toEqual([200, 200, 200, 429]);
    expect((await ask('/alice', `203.0.113.1, ${client}, 10.3.2.1`)).status).toBe(429);
    expect((await ask('/alice', `${client}:5000, 10.3.2.1:8080, [::ffff:10.1.2.3]:80`)).status).toBe(429);
  });

  it.each(['1.2.3.4:80', 'fe80::1%eth0', '::'])('may have the address %j', async (address) => {
    expect(await askTimes(4, '/alice', address)).toEqual([200, 200, 200, 429]);
  });

  it('is the proxy that reports something else than an address', async () => {
    const reports = ['unknown', '_hidden', ' ', '1.2.3.4.5', '999.1.1.1:80', '[]:80', 'x'.repeat(500)];
    const statuses: number[] = [];
    for (const report of reports) statuses.push((await ask('/alice', report)).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429, 429, 429]);
    // Another proxy.
    expect((await ask('/alice', '_hidden, 10.9.9.9')).headers.get('ratelimit-remaining')).toBe('2');
    expect((await ask('/alice', '_SEVKISEK, 10.9.9.9:80')).headers.get('ratelimit-remaining')).toBe('1');
  });
});

describe('without a trusted proxy', () => {
  it('ignores X-Forwarded-For', async () => {
    const open = await startServiceOn(service.database, limits);
    try {
      const statuses: number[] = [];
      for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4']) {
        const response = await fetch(`${open.url}/alice`, { headers: { 'X-Forwarded-For': address } });
        statuses.push(response.status);
        await response.text();
      }
      expect(statuses).toEqual([200, 200, 200, 429]);
    } finally {
      await open.stop();
    }
  });

  it('has no limits and no limit headers by default', async () => {
    const free = await startServiceOn(service.database);
    try {
      for (let time = 0; time < 30; time += 1) {
        const response = await fetch(`${free.url}/alice`);
        expect(response.status).toBe(200);
        expect([...response.headers.keys()].filter((name) => /ratelimit|retry/.test(name))).toEqual([]);
        await response.text();
      }
    } finally {
      await free.stop();
    }
  });
});

it('resets the limit at the end of the window', async () => {
  const brief = await startServiceOn(service.database, { ...limits, RATE_LIMIT_WINDOW: '1' });
  try {
    const visit = async (): Promise<number> => {
      const response = await fetch(`${brief.url}/alice`);
      await response.text();
      return response.status;
    };
    while ((await visit()) !== 429);
    const deadline = performance.now() + 5000;
    let status = 429;
    while (status === 429 && performance.now() < deadline) status = await visit();
    expect(status).toBe(200);
  } finally {
    await brief.stop();
  }
});
