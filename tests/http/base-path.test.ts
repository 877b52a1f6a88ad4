import { fillService } from '../support/fill-service';
import { startServiceOn, startTestService, type TestService } from '../support/test-service';

const base = '/count';
const readKey = 'read-key-of-sixteen-or-more';

let service: TestService;
let root: string;
beforeAll(async () => {
  service = await startTestService({ BASE_PATH: base });
  root = new URL(service.url).origin;
});
afterAll(() => service.stop());

const html = { headers: { Accept: 'text/html' } };

/** Asks for a path of the server, and not of the service. */
function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(root + path, { redirect: 'manual', ...init });
}

/** The ranges of one visitor stand for those of all. */
function isRangeOfAnother(link: string): boolean {
  return link.includes('/-/visitors/') && link.includes('?') && !link.includes('/visitor-12?');
}

/** Lists what a page links to, sends forms to, or gives its scripts to ask for; not places on the page. */
function listLinks(page: string): string[] {
  const attributes = /\s(?:href|src|action|data-events|data-path)="([^"]*)"/g;
  const values = [...page.matchAll(attributes)].map(([, value]) => value!.replaceAll('&amp;', '&'));
  return values.filter((value) => value.startsWith('/') || /^\.|^https?:/.test(value));
}

it('links within the base path before the first visit', async () => {
  const page = await (await ask(`${base}/`, html)).text();
  expect(page).toContain('https://footfall.example/count');
  const own = listLinks(page).filter((link) => link.startsWith('/'));
  expect(own.filter((link) => !link.startsWith(`${base}/`))).toEqual([]);
});

it('records and reads below the base path', async () => {
  const recorded = await Promise.all([
    ask(`${base}/ann`),
    ask(`${base}/-/visits?name=ann`, { method: 'POST' }),
  ]);
  const numbers = recorded.map(async (answer) => ((await answer.json()) as { visits: number }).visits);
  expect((await Promise.all(numbers)).toSorted()).toEqual([1, 2]);
  expect(await (await ask(`${base}/-/visitors/ann`)).json()).toMatchObject({ visits: 2 });
  expect(await (await ask(`${base}/-/badge/ann.svg`)).text()).toContain('aria-label="visits: 2"');
});

it.each([
  '/',
  '/ann',
  '/-/docs',
  '/-/badge/ann.svg',
  '/-/count.js',
  '/countess',
  '/COUNT/ann',
  '/%63ount/ann',
  '//count/ann',
])('answers 404 to %s', async (path) => {
  const answer = await ask(path, html);
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([404, 'not-found']);
});

it('leaves a large body unread outside the base path', async () => {
  const answer = await ask('/-/sign-in', { method: 'POST', body: 'x'.repeat(2000) });
  expect(answer.status).toBe(404);
});

it('leads from the base path without a slash to the dashboard', async () => {
  const answer = await ask(`${base}?limit=1`);
  expect([answer.status, answer.headers.get('location')]).toEqual([308, `${base}/?limit=1`]);
});

it.each(['/-/health/live', '/-/health/ready', '/-/metrics'])('answers %s at the root only', async (path) => {
  expect((await ask(path)).status).toBe(200);
  expect((await ask(base + path)).status).toBe(404);
});

it('lets a page of any origin read numbers, and nothing else', async () => {
  const allowed = async (path: string) => (await ask(path)).headers.get('access-control-allow-origin');
  expect(await allowed(`${base}/bob`)).toBe('*');
  expect(await allowed(`${base}/-/count.js`)).toBe('*');
  expect(await allowed(`${base}/`)).toBeNull();
  expect(await allowed('/bob')).toBeNull();
});

it('describes the API below the base path, except health and metrics', async () => {
  const api = (await (await ask(`${base}/-/openapi.json`)).json()) as {
    servers: { url: string }[];
    paths: Record<string, { servers?: { url: string }[] }>;
  };
  expect(api.servers.map(({ url }) => url)).toEqual([base]);
  const moved = Object.entries(api.paths).filter(([, { servers }]) => servers);
  expect(moved.map(([path, { servers }]) => [path, servers?.map(({ url }) => url)])).toEqual([
    ['/-/health/live', ['/']],
    ['/-/health/ready', ['/']],
    ['/-/metrics', ['/']],
  ]);
});

describe('with many visitors', () => {
  beforeAll(() => fillService(service.database));

  it('pages through the list by next and by Link', async () => {
    const names: string[] = [];
    let path: string | null = `${base}/?limit=20`;
    while (path !== null) {
      const answer = await ask(path);
      const body = (await answer.json()) as { results: { username: string }[]; next: string | null };
      names.push(...body.results.map(({ username }) => username));
      expect(answer.headers.get('link')).toBe(body.next === null ? null : `<${body.next}>; rel="next"`);
      expect(body.next ?? base).toMatch(/^\/count/);
      path = body.next;
    }
    expect(names.length).toBeGreaterThan(70);
  });

  it('has no link on any page that leaves the base path, and none that is dead', async () => {
    const pages = [`${base}/`, `${base}/-/docs`, `${base}/?sort=none`, `${base}/-/visitors/nobody`];
    const seen = new Set(pages);
    const links = new Set<string>();
    for (const page of pages) {
      const text = await (await ask(page, html)).text();
      expect(text).toContain('<!doctype html>');
      for (const link of listLinks(text)) {
        links.add(link);
        const isPage = /^\/count\/(\?(?!.*compare=)|$)|^\/count\/-\/visitors\/[^/?]+$/.test(link);
        if (isPage && !seen.has(link)) pages.push(link);
        if (isPage) seen.add(link);
      }
    }
    expect(pages.length).toBeGreaterThan(80);
    // Health and metrics are named for programs beside the proxy.
    const elsewhere = [...links].filter((link) => !link.startsWith(`${base}/`) && link !== base);
    expect(elsewhere.toSorted()).toEqual([
      ...['/-/health/live', '/-/health/ready', '/-/metrics'],
      ...[
        'https://gitlab.com/footfall-counter/footfall',
        'https://gitlab.com/footfall-counter/footfall/-/blob/HEAD/docs/privacy.md',
      ],
    ]);
    const fetched = [...links].filter(
      (link) =>
        link.startsWith(base) && !link.includes('{') && !/\/(visits|sign-in|sign-out|events)$/.test(link),
    );
    const statuses: [string, number][] = [];
    for (let first = 0; first < fetched.length; first += 100) {
      const some = fetched.slice(first, first + 100).filter((link) => !isRangeOfAnother(link));
      const answers = some.map(async (link): Promise<[string, number]> => [
        link,
        (await ask(link, html)).status,
      ]);
      statuses.push(...(await Promise.all(answers)));
    }
    expect(statuses.filter(([, status]) => status >= 400)).toEqual([]);
    // A stream does not end.
    const streams = [...links].filter((link) => link.endsWith('/events') && !link.includes('{'));
    expect(streams).toContain(`${base}/-/events`);
    for (const link of streams.slice(0, 5))
      expect((await ask(link, { method: 'HEAD' })).headers.get('content-type')).toBe('text/event-stream');
  });
});

describe('with a read key', () => {
  let closed: Awaited<ReturnType<typeof startServiceOn>>;
  beforeAll(async () => {
    closed = await startServiceOn(service.database, { BASE_PATH: base, READ_KEY: readKey });
  });
  afterAll(() => closed.stop());

  const send = (path: string, init: RequestInit = {}) =>
    fetch(closed.url + path, { redirect: 'manual', ...init });
  const signIn = (next: string) =>
    send(`/-/sign-in?next=${encodeURIComponent(next)}`, {
      method: 'POST',
      body: new URLSearchParams({ key: readKey }),
    });

  it('asks for the key within the base path, and returns to the page', async () => {
    const page = await (await send('/-/visitors/alice', html)).text();
    expect(page).toContain('action="/count/-/sign-in?next=%2Fcount%2F-%2Fvisitors%2Falice"');
    const refusal = (await (await send('/')).json()) as { detail: string };
    expect(refusal.detail).toContain('sign in at /count/-/sign-in.');
    const answer = await signIn('/count/-/visitors/alice');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/count/-/visitors/alice']);
  });

  it('never returns to a page outside the base path', async () => {
    for (const next of ['/', '/-/visitors/alice', '/countess/', 'https://elsewhere.example/count/']) {
      expect((await signIn(next)).headers.get('location')).toBe('/count/');
    }
  });

  it('sets and removes a cookie of the base path', async () => {
    const cookie = (await signIn('/count/')).headers.get('set-cookie') ?? '';
    expect(cookie).toContain('; Path=/count/;');
    const signedIn = { headers: { Accept: 'text/html', Cookie: cookie.split(';')[0]! } };
    expect(await (await send('/', signedIn)).text()).toContain('action="/count/-/sign-out"');
    const out = await send('/-/sign-out', { method: 'POST' });
    expect([out.headers.get('location'), out.headers.get('set-cookie')]).toEqual([
      '/count/-/sign-in',
      expect.stringContaining('; Path=/count/;'),
    ]);
  });
});
