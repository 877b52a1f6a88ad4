import { createMigrator } from '../../src/db/create-migrator';
import { startTestService, type TestService } from '../support/test-service';
import { exportText } from '../support/transfer';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

const persian = 'علی‌رضا';

it.each(['owner/repo', 'example.org/blog/post-1', persian, '\u{1f600}'.repeat(255), `a/${'é'.repeat(253)}`])(
  'counts, shows, draws and charts %s',
  async (username) => {
    const { http } = service;
    const encoded = encodeURIComponent(username);
    const visit = { username, id: expect.any(Number) };
    expect((await http.get(`/${encoded}`)).body).toEqual({ ...visit, visits: 1 });
    expect((await http.post(`/${encoded}`)).body).toEqual({ ...visit, visits: 2 });
    const raw = encoded.replaceAll('%2F', '/');
    expect((await http.post(`/-/visits?name=${raw}`)).body).toEqual({ ...visit, visits: 3 });
    const key = `key-${encoded.length}`;
    for (const replayed of [undefined, 'true']) {
      const kept = await http.post(`/-/visits?name=${raw}`).set('Idempotency-Key', key).expect(200);
      expect([kept.body.visits, kept.headers['idempotent-replayed']]).toEqual([4, replayed]);
    }
    expect(String((await http.get(`/-/hit/${encoded}.svg`).expect(200)).body)).toContain('visits: 5');
    expect(String((await http.get(`/-/badge/${encoded}.svg`).expect(200)).body)).toContain('visits: 5');
    expect((await http.get(`/-/badge/${encoded}.json`).expect(200)).body).toMatchObject({ message: '5' });
    expect((await http.get(`/-/visitors/${encoded}`)).body).toMatchObject({ ...visit, visits: 5 });
    const history = await http.get(`/-/visitors/${encoded}/history`).expect(200);
    expect(history.body.username).toBe(username);
    const page = await http.get(`/-/visitors/${encoded}`).set('Accept', 'text/html').expect(200);
    expect(page.text).toContain(`/-/badge/${encoded}.svg`);
    expect(page.text).toContain(`/-/visitors/${encoded}/history`);
    const list = await http.get(`/?search=${encoded}`).set('Accept', 'text/html').expect(200);
    expect(list.text).toContain(`href="/-/visitors/${encoded}"`);
  },
);

it('stores a name that looks like SQL as it is', async () => {
  const username = `x';DROP/**/TABLE/visits;--`;
  await service.http.get(`/${encodeURIComponent(username)}`).expect(200, /"visits":1/);
  const { body } = await service.http.get(`/?search=${encodeURIComponent(username)}`).expect(200);
  expect(body).toMatchObject({ results: [{ username, visits: 1 }] });
});

it('finds names by the beginning of their path, and goes on behind one', async () => {
  for (const name of ['shop/a', 'shop/b', 'shop/b/c', 'shopping']) {
    await service.http.get(`/${encodeURIComponent(name)}`).expect(200);
  }
  const names: string[] = [];
  let next: string | null = '/?search=shop/&sort=username&limit=1';
  while (next !== null) {
    const { body } = (await service.http.get(next).expect(200)) as {
      body: { next: string | null; results: { username: string }[] };
    };
    names.push(...body.results.map(({ username }) => username));
    next = body.next;
  }
  expect(names).toEqual(['shop/a', 'shop/b', 'shop/b/c']);
});

it('refuses a name that cannot be seen, and records its neighbours', async () => {
  const refused = ['\u3164', '\u2800', '\u115f', '\ufffd', '\u0301', '\ue000', '\ufdd0', '\u0378', 'a//b'];
  const before = await service.database.query('SELECT count(*) FROM visitors');
  const responses = await Promise.all(
    refused.flatMap((name, index) => [
      service.http.get(`/${encodeURIComponent(name)}`).set('Idempotency-Key', `refused-${index}`),
      service.http.get(`/neighbour-${index}`).set('Idempotency-Key', `neighbour-${index}`),
    ]),
  );
  expect(responses.map(({ body }) => body.code ?? body.visits)).toEqual(
    refused.flatMap(() => ['invalid-username', 1]),
  );
  const after = await service.database.query('SELECT count(*) - $1 AS more FROM visitors', [refused.length]);
  expect(after).toEqual([{ more: (before as { count: string }[])[0]!.count }]);
});

describe('names of earlier releases that are refused now', () => {
  const stored = ['\u3164', '\u0301old', 'a\ufe0f'];
  beforeAll(async () => {
    const { database } = service;
    const migrator = createMigrator({ sequelize: database.sequelize });
    await migrator.down({ to: '20261128130000-allow-paths-in-names' });
    await database.query('INSERT INTO visitors (username) SELECT unnest($1::text[])', [stored]);
    await database.query(
      'INSERT INTO visits (visitor_id) SELECT id FROM visitors WHERE username = ANY ($1)',
      [stored],
    );
    await migrator.up();
  });

  it.each(stored)('shows %j everywhere, and refuses visits', async (username) => {
    const { http } = service;
    const encoded = encodeURIComponent(username);
    expect((await http.get(`/-/visitors/${encoded}`).expect(200)).body).toMatchObject({
      username,
      visits: 1,
    });
    await http.get(`/-/visitors/${encoded}`).set('Accept', 'text/html').expect(200);
    await http.get(`/-/visitors/${encoded}/history`).expect(200);
    expect((await http.get(`/-/badge/${encoded}.json`).expect(200)).body).toMatchObject({ message: '1' });
    await http.get(`/?sort=username&after=${encoded}`).expect(200);
    expect((await http.get(`/${encoded}`).expect(400)).body.code).toBe('invalid-username');
    expect(await service.listed(username)).toBe(1);
  });

  it('exports them, and counts other names', async () => {
    const log = await exportText(service.database, 'ndjson');
    for (const name of stored) expect(log).toContain(`"username":${JSON.stringify(name)}`);
    expect((await service.http.get('/other').expect(200)).body).toMatchObject({ visits: 1 });
  });
});
