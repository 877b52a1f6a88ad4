import { commonNames } from '../../src/http/routes/visits/reserved-names';
import { readMetric } from '../support/read-metric';
import { startServiceOn, startTestService, type TestService } from '../support/test-service';

const googlebot = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0';

let open: TestService;
beforeAll(async () => {
  open = await startTestService();
});
afterAll(() => open.stop());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Calls the test with a function that asks a service with these settings on the database of this file. */
async function withService(
  environment: Record<string, string>,
  test: (
    ask: (path: string, headers?: Record<string, string>, method?: string) => Promise<Answer>,
  ) => Promise<void>,
): Promise<void> {
  const service = await startServiceOn(open.database, { TRUSTED_PROXIES: 'loopback', ...environment });
  try {
    await test(async (path, headers = {}, method = 'GET') => {
      const response = await fetch(`${service.url}${path}`, {
        method,
        headers: { 'User-Agent': firefox, ...headers },
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    });
  } finally {
    await service.stop();
  }
}

const codeOf = ({ text }: Answer): unknown => (JSON.parse(text) as { code: unknown }).code;

/** The numbers of visits and of names. */
async function countRows(): Promise<{ visits: number; names: number }> {
  const [row] = await open.database.query<{ visits: number; names: number }>(
    'SELECT (SELECT count(*)::int FROM visits) AS visits, (SELECT count(*)::int FROM visitors) AS names',
  );
  return row!;
}

it('counts every client and every name by default', async () => {
  const before = await countRows();
  await open.http.get('/wp-login.php').set('User-Agent', googlebot).expect(200);
  await open.http.get('/.env').expect(200);
  expect(await countRows()).toEqual({ visits: before.visits + 2, names: before.names + 2 });
});

describe('with BOTS=ignore', () => {
  const bots = { BOTS: 'ignore' };

  it('shows a crawler the present number and does not count it', async () => {
    await withService(bots, async (ask) => {
      await ask('/seen-by-bots');
      await ask('/seen-by-bots');
      const before = await countRows();
      for (const agent of [googlebot, 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)']) {
        const { status, headers, text } = await ask('/seen-by-bots', { 'User-Agent': agent });
        expect([status, headers.get('visit-ignored')]).toEqual([200, 'bot']);
        expect(headers.get('cache-control')).toContain('no-store');
        expect(JSON.parse(text)).toEqual({ id: expect.any(Number), username: 'seen-by-bots', visits: 2 });
      }
      for (const path of ['/seen-by-bots', '/-/visits?name=seen-by-bots']) {
        const { headers, text } = await ask(path, { 'User-Agent': googlebot }, 'POST');
        expect([headers.get('visit-ignored'), JSON.parse(text)]).toMatchObject(['bot', { visits: 2 }]);
      }
      const badge = await ask('/-/hit/seen-by-bots.svg', { 'User-Agent': googlebot });
      expect([badge.status, badge.headers.get('visit-ignored')]).toEqual([200, 'bot']);
      expect(badge.text).toContain('visits: 2');
      expect(await countRows()).toEqual(before);
      const { text } = await ask('/-/metrics');
      expect(readMetric(text, 'footfall_visits_ignored_total{reason="bot"}')).toBe(5);
    });
  });

  it('creates no name for a crawler', async () => {
    await withService(bots, async (ask) => {
      const before = await countRows();
      const visit = await ask('/never-visited', { 'User-Agent': googlebot });
      expect([visit.status, codeOf(visit)]).toEqual([404, 'visitor-not-found']);
      const badge = await ask('/-/hit/never-visited.svg', { 'User-Agent': googlebot });
      expect(badge.text).toContain('visits: 0');
      expect(await countRows()).toEqual(before);
    });
  });

  it('ignores the key of a crawler', async () => {
    await withService(bots, async (ask) => {
      const headers = { 'User-Agent': googlebot, 'Idempotency-Key': 'of-a-bot' };
      await ask('/seen-by-bots');
      const before = await countRows();
      expect((await ask('/seen-by-bots', headers)).headers.get('visit-ignored')).toBe('bot');
      expect(await countRows()).toEqual(before);
      const first = await ask('/seen-by-bots', { 'Idempotency-Key': 'of-a-bot' });
      expect(first.headers.get('idempotent-replayed')).toBeNull();
    });
  });

  it.each([firefox, 'curl/8.5.0', 'github-camo (876de43e)', 'node'])('counts %s', async (agent) => {
    await withService(bots, async (ask) => {
      const before = await countRows();
      for (const path of ['/people', '/-/hit/people.svg']) {
        const { status, headers } = await ask(path, { 'User-Agent': agent });
        expect([status, headers.get('visit-ignored')]).toEqual([200, null]);
      }
      expect((await countRows()).visits).toBe(before.visits + 2);
    });
  });

  it('still refuses the prefetch of a crawler', async () => {
    await withService(bots, async (ask) => {
      const headers = { 'User-Agent': googlebot, 'Sec-Purpose': 'prefetch' };
      expect(codeOf(await ask('/people', headers))).toBe('speculative-request');
    });
  });
});

describe('with RESERVED_NAMES', () => {
  it('refuses reserved names on every path that records', async () => {
    await withService({ RESERVED_NAMES: 'common, Kiosk, *.test-run' }, async (ask) => {
      const before = await countRows();
      const examples = commonNames.map((entry) => entry.replaceAll('*', 'x'));
      for (const name of [
        ...examples,
        'WP-Login.php',
        '.git',
        '.Git%2Frefs%2Fheads',
        '.env.local%2Fx',
        'kiosk',
        'a.test-run',
      ]) {
        // Files of browsers have answers of their own.
        const visit = await ask(`/${name}`);
        if (visit.status !== 200)
          expect([name, visit.status, codeOf(visit)]).toEqual([name, 404, 'not-found']);
        const posted = await ask(`/-/visits?name=${name}`, {}, 'POST');
        expect([name, posted.status, codeOf(posted)]).toEqual([name, 404, 'not-found']);
        const hit = await ask(`/-/hit/${name}.svg`);
        expect([name, hit.status, codeOf(hit)]).toEqual([name, 404, 'not-found']);
        expect((await ask(`/-/hit/${name}.svg`, {}, 'HEAD')).status).toBe(404);
      }
      expect(await countRows()).toEqual(before);
      expect((await ask('/robots.txt')).text).toBe('User-agent: *\nDisallow: /\n');
    });
  });

  it('counts names that people mean', async () => {
    await withService({ RESERVED_NAMES: 'common' }, async (ask) => {
      const names = [
        'alice',
        'next.js',
        'example.pl',
        'admin',
        'wpilib',
        'a.phpx',
        'robots',
        'feedback',
        'x.git',
        'example.org%2Findex.html',
        'wp-hints.example%2Fpost',
        '.hidden%2Fx',
      ];
      for (const name of names) expect([name, (await ask(`/${name}`)).status]).toEqual([name, 200]);
      expect((await ask('/')).text).not.toContain('"llms.txt"');
    });
  });
});

describe('with NAMES', () => {
  it('counts only names that exist if they must be known', async () => {
    await open.http.get('/known-name').expect(200);
    await open.database.query(`INSERT INTO visitors (username) VALUES ('without-visits')`);
    await withService({ NAMES: 'known' }, async (ask) => {
      const before = await countRows();
      const refused = [
        await ask('/unknown-name'),
        await ask('/unknown-name', { 'Idempotency-Key': 'for-an-unknown-name' }),
        await ask('/-/hit/unknown-name.svg'),
        await ask('/-/visits?name=unknown-name', {}, 'POST'),
      ];
      expect(refused.map((answer) => [answer.status, codeOf(answer)])).toEqual(
        refused.map(() => [404, 'unknown-name']),
      );
      expect(await countRows()).toEqual(before);
      expect((await ask('/-/badge/unknown-name.svg')).text).toContain('visits: 0');
      expect(JSON.parse((await ask('/without-visits')).text)).toMatchObject({ visits: 1 });
      for (let visit = 2; visit <= 4; visit += 1) {
        const { text } = await ask('/known-name', { 'Idempotency-Key': `known-${visit}` });
        expect(JSON.parse(text)).toMatchObject({ visits: visit });
      }
    });
  });

  it('counts only names that match the whole pattern', async () => {
    await withService({ NAMES: 'pattern:[a-z]+|команда' }, async (ask) => {
      const before = await countRows();
      for (const path of ['/abc1', '/1abc', '/-/hit/abc1.svg'])
        expect(codeOf(await ask(path))).toBe('unknown-name');
      expect((await ask('/abc1', {}, 'HEAD')).status).toBe(404);
      expect(await countRows()).toEqual(before);
      expect((await ask('/abc')).status).toBe(200);
      expect((await ask('/%D0%BA%D0%BE%D0%BC%D0%B0%D0%BD%D0%B4%D0%B0')).status).toBe(200);
    });
  });

  it('says that nothing was recorded if the names cannot be read', async () => {
    await withService({ NAMES: 'known', DB_PORT: '1' }, async (ask) => {
      const { status, text } = await ask('/known-name');
      expect([status, JSON.parse(text)]).toMatchObject([503, { code: 'database-unavailable' }]);
    });
  });
});

describe('with RATE_LIMIT_NAMES', () => {
  const limit = { RATE_LIMIT_NAMES: '2' };
  const from = (address: string) => ({ 'X-Forwarded-For': address });

  it('lets a client create so many names and counts its visits to others', async () => {
    await open.http.get('/old-name').expect(200);
    await withService(limit, async (ask) => {
      const before = await countRows();
      const ok = ['/new-1', '/old-name', '/new-1', '/-/hit/new-2.svg', '/new-2', '/old-name'];
      for (const path of ok) expect([path, (await ask(path, from('192.0.2.1'))).status]).toEqual([path, 200]);
      for (const path of ['/new-3', '/-/hit/new-3.svg']) {
        const refused = await ask(path, from('192.0.2.1'));
        expect([refused.status, codeOf(refused)]).toEqual([429, 'too-many-names']);
        expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
        expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
      }
      const keyed = await ask('/new-3', { ...from('192.0.2.1'), 'Idempotency-Key': 'new-3' });
      expect(keyed.status).toBe(429);
      expect(await countRows()).toEqual({ visits: before.visits + 6, names: before.names + 2 });
      expect((await ask('/new-3', from('192.0.2.2'))).status).toBe(200);
      expect((await ask('/new-3', from('192.0.2.1'))).status).toBe(200);
    });
  });

  it('counts a new name once, however many visits of a client arrive together', async () => {
    await withService(limit, async (ask) => {
      const visits = Array.from({ length: 20 }, () => ask('/all-at-once', from('192.0.2.3')));
      const numbers = (await Promise.all(visits)).map(
        ({ text }) => (JSON.parse(text) as { visits: number }).visits,
      );
      expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
      expect((await ask('/another-one', from('192.0.2.3'))).status).toBe(200);
      expect((await ask('/one-too-many', from('192.0.2.3'))).status).toBe(429);
    });
  });

  it('counts a prerendered page and a crawler against no limit', async () => {
    await withService({ ...limit, BOTS: 'ignore' }, async (ask) => {
      for (let time = 0; time < 4; time += 1) {
        const image = await ask(`/-/hit/soon-${time}.svg`, {
          ...from('192.0.2.4'),
          'Sec-Purpose': 'prefetch;prerender',
        });
        expect([image.status, image.headers.get('visit-ignored')]).toEqual([200, 'prerender']);
        await ask(`/soon-${time}`, { ...from('192.0.2.4'), 'User-Agent': googlebot });
      }
      expect((await ask('/soon-1', from('192.0.2.4'))).status).toBe(200);
    });
  });
});
