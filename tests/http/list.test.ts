import { Client } from 'pg';
import { startTestService, type TestService } from '../support/test-service';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
  await service.database.query(`INSERT INTO visitors (username) VALUES ('a'), ('b'), ('c'), ('d'), ('e')`);
  // a 1, b 3, c 0, d 3, e 2; one visit of b lies in the past.
  await service.database.query(`
    INSERT INTO visits (visitor_id, visited_at)
    SELECT visitors.id, visited_at::timestamptz
    FROM visitors JOIN (VALUES
      ('a', '2026-03-01T00:00Z'),
      ('b', '2026-01-01T00:00Z'), ('b', '2026-03-01T00:00Z'), ('b', '2026-03-02T00:00Z'),
      ('d', '2026-03-01T00:00Z'), ('d', '2026-03-01T00:00Z'), ('d', '2026-03-01T00:00Z'),
      ('e', '2026-03-01T00:00Z'), ('e', '2026-04-01T00:00Z')
    ) AS event (username, visited_at) USING (username)`);
});
afterAll(() => service.stop());

interface Page {
  results: { id: number; username: string; visits: number }[];
  next: string | null;
}

async function readList(path: string): Promise<Page> {
  const { body } = await service.http.get(path).expect(200);
  return body as Page;
}

function summary({ results }: Page): string {
  return results.map(({ username, visits }) => `${username}${visits}`).join(' ');
}

async function readAllPages(path: string): Promise<string[]> {
  const pages: string[] = [];
  for (let next: string | null = path; next !== null;) {
    const page = await readList(next);
    pages.push(summary(page));
    next = page.next;
  }
  return pages;
}

it('lists all visitors by id, including those without visits', async () => {
  const page = await readList('/');
  expect(summary(page)).toBe('a1 b3 c0 d3 e2');
  expect(page.next).toBeNull();
  expect(page.results[0]).toEqual({ id: expect.any(Number), username: 'a', visits: 1 });
});

it('sorts by visits, equal counts by id', async () => {
  expect(summary(await readList('/?sort=-visits'))).toBe('b3 d3 e2 a1 c0');
});

it.each([
  ['/?limit=2', ['a1 b3', 'c0 d3', 'e2']],
  ['/?limit=5', ['a1 b3 c0 d3 e2']],
  ['/?limit=1&sort=-visits', ['b3', 'd3', 'e2', 'a1', 'c0']],
  ['/?limit=2&sort=-visits&since=2026-02-01T00:00:00Z', ['d3 b2', 'e2 a1', 'c0']],
  ['/?limit=3&since=2026-03-01T00:00:00Z&until=2026-03-02T00:00:00Z', ['a1 b1 c0', 'd3 e1']],
])('pages %s and lists each visitor once', async (path, pages) => {
  expect(await readAllPages(path)).toEqual(pages);
});

describe('sorting', () => {
  it.each([
    ['-id', 'e2 d3 c0 b3 a1'],
    ['visits', 'c0 a1 e2 b3 d3'],
    ['username', 'a1 b3 c0 d3 e2'],
    ['-username', 'e2 d3 c0 b3 a1'],
  ])('sorts by %s and pages without losing a visitor', async (sort, expected) => {
    expect(summary(await readList(`/?sort=${sort}`))).toBe(expected);
    expect((await readAllPages(`/?limit=2&sort=${sort}`)).join(' ')).toBe(expected);
    const window = 'since=2000-01-01T00:00:00Z';
    expect((await readAllPages(`/?limit=2&sort=${sort}&${window}`)).join(' ')).toBe(expected);
  });

  it.each(['/?sort=username&after=%00', '/?sort=id&after=1.2', '/?sort=-visits&after=1.2.3'])(
    'refuses the cursor of another order in %s',
    async (path) => {
      const { body } = await service.http.get(path).expect(400);
      expect(body.detail).toContain('"after"');
    },
  );
});

describe('search', () => {
  const names = ['100%', '100x', 'Über', 'über', 'u_ber', 'uxber', 'a\u2019b', "o'brien", 'back.slash'];
  beforeAll(async () => {
    await service.database.query('INSERT INTO visitors (username) SELECT unnest($1::text[])', [names]);
  });
  afterAll(async () => {
    await service.database.query('DELETE FROM visitors WHERE username = ANY($1)', [names]);
  });

  it.each([
    ['b', 'b back.slash'],
    ['B', ''],
    ['100%', '100%'],
    ['u_', 'u_ber'],
    ['%', ''],
    ['_', ''],
    ['\\', ''],
    ['Ü', 'Über'],
    ['U\u0308', 'Über'],
    ["o'", "o'brien"],
    ["' OR true --", ''],
    ['zzz', ''],
    ['', "a b c d e 100% 100x Über über u_ber uxber a\u2019b o'brien back.slash"],
  ])('finds the names that start with %j', async (search, expected) => {
    for (const more of ['', '&since=2000-01-01T00:00:00Z']) {
      const { results } = await readList(`/?search=${encodeURIComponent(search)}${more}`);
      expect(results.map(({ username }) => username).join(' ')).toBe(expected);
    }
  });

  it('pages the names that it finds', async () => {
    const pages = await readAllPages('/?limit=1&sort=username&search=u');
    expect(pages).toEqual(['u_ber0', 'uxber0']);
  });

  it.each(['%00', 'a'.repeat(511), 'a&search=b'])('refuses ?search=%s', async (search) => {
    await service.http.get(`/?search=${search}`).expect(400);
  });

  it('can use an index, as can the order by name', async () => {
    const client = new Client(service.database.clientConfig);
    await client.connect();
    // PostgreSQL prefers a sequential scan for five rows.
    await client.query('SET enable_seqscan = off');
    for (const condition of [`WHERE username COLLATE "C" LIKE 'b%'`, 'ORDER BY username COLLATE "C"']) {
      const { rows } = await client.query(`EXPLAIN SELECT username FROM visitors ${condition}`);
      expect(JSON.stringify(rows)).toMatch(/Index (Only )?Scan (using|on) visitors_username_(key|prefix) /);
    }
    await client.end();
  });
});

it('names the next page in a Link header too', async () => {
  const response = await service.http.get('/?limit=2');
  expect(response.headers['link']).toBe(`<${(response.body as Page).next ?? ''}>; rel="next"`);
});

it.each([
  ['since is inclusive', '/?since=2026-03-02T00:00:00Z', 'a0 b1 c0 d0 e1'],
  ['until is exclusive', '/?until=2026-03-01T00:00:00Z', 'a0 b1 c0 d0 e0'],
  [
    'a zone is respected',
    '/?since=2026-03-02T01:00:00%2B01:00&until=2026-03-02T01:00:01%2B01:00',
    'a0 b1 c0 d0 e0',
  ],
  ['an unencoded + is accepted', '/?since=2026-03-02T01:00:00+01:00', 'a0 b1 c0 d0 e1'],
])('counts only visits between since and until: %s', async (_title, path, expected) => {
  expect(summary(await readList(path))).toBe(expected);
});
