import { changeVisitor } from '../support/change-visitor';
import { startTestService, type TestService } from '../support/test-service';
import { importText, importTotalsText } from '../support/transfer';

let service: TestService;
beforeEach(async () => {
  service = await startTestService();
  for (const name of ['alice', 'alice', 'bob']) await service.http.get(`/${name}`).expect(200);
});
afterEach(() => service.stop());

const today = new Date().toISOString().slice(0, 10);

it('shows a hidden name in no list and on no page, and still counts it', async () => {
  await changeVisitor(service.database, { act: 'hide', username: 'alice' });
  for (const path of ['/', '/?sort=-visits', '/?search=al', `/?since=${today}T00:00:00Z`]) {
    for (const type of ['application/json', 'text/html']) {
      const { text } = await service.http.get(path).set('Accept', type);
      expect([path, type, text.includes('alice')]).toEqual([path, type, false]);
    }
  }
  for (const path of ['/-/visitors/alice', '/-/visitors/alice/history']) {
    const { body } = await service.http.get(path).expect(404);
    expect(body).toMatchObject({ code: 'visitor-not-found' });
  }
  await service.http.get('/-/visitors/alice').set('Accept', 'text/html').expect(404);
  expect((await service.http.get('/alice')).body).toMatchObject({ username: 'alice', visits: 3 });
  expect((await service.http.get('/-/badge/alice.json')).body).toMatchObject({ message: '3' });
  expect((await service.http.get('/-/summary')).body).toMatchObject({ visits: 4, visitors: 2 });

  await changeVisitor(service.database, { act: 'unhide', username: 'alice' });
  expect(await service.listed('alice')).toBe(3);
  await service.http.get('/-/visitors/alice').expect(200);
});

it('counts visits to an alias for its visitor, with and without keys, together with its own', async () => {
  const { database, http } = service;
  await changeVisitor(database, { act: 'rename', username: 'alice', newName: 'alicia', keepsAlias: true });
  const names = ['alice', 'alicia', 'alice', 'alicia', 'alice', 'alicia'];
  const bodies = await Promise.all(
    names.map(async (name, index) => {
      const request = http.get(`/${name}`);
      const { body } = await (index % 3 === 0 ? request.set('Idempotency-Key', `key-${index}`) : request);
      return body as { username: string; visits: number };
    }),
  );
  expect(bodies.map(({ username }) => username)).toEqual(names);
  expect(bodies.map(({ visits }) => visits).sort()).toEqual([3, 4, 5, 6, 7, 8]);
  const { body, headers } = await http.get('/alice').set('Idempotency-Key', 'key-0');
  expect([body, headers['idempotent-replayed']]).toEqual([bodies[0], 'true']);
  await http.get('/bob').set('Idempotency-Key', 'key-0').expect(422);

  expect(await service.listed('alice')).toBeUndefined();
  expect(await service.listed('alicia')).toBe(8);
  expect((await http.get('/-/visitors/alice')).body).toMatchObject({ username: 'alice', visits: 8 });
  expect((await http.get('/-/badge/alice.json')).body).toMatchObject({ message: '8' });
  const { body: history } = await http.get('/-/visitors/alice/history?interval=day');
  const points = (history as { points: { visits: number }[] }).points;
  expect(points.reduce((sum, { visits }) => sum + visits, 0)).toBe(8);
});

it('counts a client once under an alias, and once under the name of its visitor', async () => {
  const { database, http } = service;
  await changeVisitor(database, { act: 'rename', username: 'alice', newName: 'alicia', keepsAlias: true });
  const visit = async (name: string) => {
    const { body, headers } = await http.get(`/${name}?once=day`).expect(200);
    return [(body as { visits: number }).visits, headers['visit-ignored']];
  };
  const both = await Promise.all([visit('alice'), visit('alicia')]);
  expect(both.sort()).toEqual([
    [3, undefined],
    [4, undefined],
  ]);
  expect(await Promise.all([visit('alice'), visit('alicia')])).toEqual([
    [4, 'once'],
    [4, 'once'],
  ]);
  expect(await service.listed('alicia')).toBe(4);
  expect(await service.listed('alice')).toBeUndefined();
});

it('imports lines of an alias into its visitor', async () => {
  const { database } = service;
  await changeVisitor(database, { act: 'rename', username: 'alice', newName: 'alicia', keepsAlias: true });
  await importText(
    database,
    'csv',
    'username,visited_at\nalice,2020-01-01T00:00:00Z\nalicia,2020-01-01T00:00:00Z\n',
  );
  await importTotalsText(database, 'alice,10\nalicia,20\n');
  expect(await service.listed('alicia')).toBe(34);
  expect(await service.listed('alice')).toBeUndefined();
});

it('begins again at 1 after a rename without alias and after an erasure', async () => {
  const { database, http } = service;
  await changeVisitor(database, { act: 'rename', username: 'alice', newName: 'alicia' });
  expect((await http.get('/alice')).body).toMatchObject({ visits: 1 });
  expect((await http.get('/alicia')).body).toMatchObject({ visits: 3 });
  await changeVisitor(database, { act: 'erase', username: 'alicia' });
  expect((await http.get('/alicia')).body).toMatchObject({ visits: 1 });
});

it('counts an added name when only known names are counted', async () => {
  await service.stop();
  service = await startTestService({ NAMES: 'known' });
  await changeVisitor(service.database, { act: 'add', username: 'added' });
  expect((await service.http.get('/added')).body).toMatchObject({ visits: 1 });
  await changeVisitor(service.database, {
    act: 'rename',
    username: 'added',
    newName: 'moved',
    keepsAlias: true,
  });
  expect((await service.http.get('/added')).body).toMatchObject({ visits: 2 });
  expect((await service.http.get('/other')).body).toMatchObject({ code: 'unknown-name' });
});
