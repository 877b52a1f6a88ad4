import { startTestService, type TestService } from '../support/test-service';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
  await service.database.query(`INSERT INTO visitors (username) VALUES ('a'), ('b'), ('never')`);
});
afterEach(() => service.database.query('TRUNCATE visits'));
afterAll(() => service.stop());

interface History {
  interval: string;
  tz: string;
  since: string;
  until: string;
  points: { start: string; visits: number }[];
}

async function visitAt(...moments: string[]): Promise<void> {
  await service.database.query(
    `INSERT INTO visits (visitor_id, visited_at)
     SELECT (SELECT id FROM visitors WHERE username = 'a'), moment::timestamptz FROM unnest($1::text[]) AS moment`,
    [moments],
  );
}

async function readHistory(query: Record<string, string>, path = '/-/history'): Promise<History> {
  const { body } = await service.http.get(`${path}?${new URLSearchParams(query).toString()}`).expect(200);
  return body as History;
}

function points({ points }: History): string[] {
  return points.map(({ start, visits }) => `${start.replace(':00.000Z', 'Z')} ${visits}`);
}

it('fills gaps with 0, includes since and excludes until', async () => {
  await visitAt('2026-03-01T00:00Z', '2026-03-01T23:59:59.999999Z', '2026-03-03T12:00Z', '2026-03-04T00:00Z');
  const history = await readHistory({ since: '2026-03-01T00:00:00Z', until: '2026-03-04T00:00:00Z' });
  expect(history).toEqual({
    interval: 'day',
    tz: 'UTC',
    since: '2026-03-01T00:00:00.000Z',
    until: '2026-03-04T00:00:00.000Z',
    points: [
      { start: '2026-03-01T00:00:00.000Z', visits: 2 },
      { start: '2026-03-02T00:00:00.000Z', visits: 0 },
      { start: '2026-03-03T00:00:00.000Z', visits: 1 },
    ],
  });
});

it('counts all visits of the log in one point', async () => {
  await visitAt('0001-01-01T00:00Z', '1969-12-31T23:59:59Z', '2026-03-01T00:00Z', '9999-12-31T23:59:59Z');
  const span = { interval: 'all', until: '9999-12-31T23:59:59.999Z' };
  expect(points(await readHistory(span))).toEqual(['0001-01-01T00:00Z 4']);
  expect(points(await readHistory({ interval: 'all' }))).toEqual(['0001-01-01T00:00Z 3']);
  expect(points(await readHistory({ interval: 'all', until: '1970-01-01T00:00:00Z' }))).toEqual([
    '0001-01-01T00:00Z 2',
  ]);
  const ahead = { ...span, since: '2026-03-01T12:00:00Z', tz: 'Asia/Kolkata' };
  expect(points(await readHistory(ahead, '/-/visitors/a/history'))).toEqual(['2026-03-01T12:00Z 1']);
});

it('does not count visits before since in the first point', async () => {
  await visitAt('2026-03-01T10:00Z', '2026-03-01T14:00Z');
  const history = await readHistory({ since: '2026-03-01T12:00:00Z', until: '2026-03-02T00:00:00Z' });
  expect(points(history)).toEqual(['2026-03-01T00:00Z 1']);
});

it.each([
  [
    'hours in a zone with an offset of half an hour',
    { interval: 'hour', tz: 'Asia/Kolkata', since: '2026-03-01T00:00:00Z', until: '2026-03-01T02:00:00Z' },
    ['2026-02-28T23:30Z 0', '2026-03-01T00:30Z 1', '2026-03-01T01:30Z 0'],
  ],
  [
    'the repeated hour when clocks go back',
    { interval: 'hour', tz: 'Europe/Berlin', since: '2026-10-25T00:00:00Z', until: '2026-10-25T03:00:00Z' },
    ['2026-10-25T00:00Z 1', '2026-10-25T01:00Z 2', '2026-10-25T02:00Z 0'],
  ],
  [
    'a day of 25 hours',
    { tz: 'Europe/Berlin', since: '2026-10-24T22:00:00Z', until: '2026-10-26T23:00:00Z' },
    ['2026-10-24T22:00Z 3', '2026-10-25T23:00Z 0'],
  ],
  [
    'a day of 23 hours',
    { tz: 'Europe/Berlin', since: '2026-03-28T23:00:00Z', until: '2026-03-30T22:00:00Z' },
    ['2026-03-28T23:00Z 1', '2026-03-29T22:00Z 1'],
  ],
  [
    'a day whose first hour is repeated',
    { tz: 'America/Havana', since: '2026-10-31T04:00:00Z', until: '2026-11-02T05:00:00Z' },
    ['2026-10-31T04:00Z 0', '2026-11-01T04:00Z 2'],
  ],
  [
    'a day without midnight',
    { tz: 'America/Havana', since: '2026-03-07T05:00:00Z', until: '2026-03-09T04:00:00Z' },
    ['2026-03-07T05:00Z 0', '2026-03-08T05:00Z 1'],
  ],
  [
    'weeks from Monday',
    { interval: 'week', since: '2026-03-02T00:00:00Z', until: '2026-03-16T00:00:00Z' },
    ['2026-03-02T00:00Z 1', '2026-03-09T00:00Z 0'],
  ],
  [
    'months of different lengths',
    { interval: 'month', tz: 'Asia/Tokyo', since: '2026-01-31T15:00:00Z', until: '2026-03-31T15:00:00Z' },
    ['2026-01-31T15:00Z 0', '2026-02-28T15:00Z 4'],
  ],
])('counts %s', async (_title, query, expected) => {
  await visitAt(
    '2026-03-01T00:45Z',
    '2026-03-08T05:30Z',
    '2026-03-29T00:30Z',
    '2026-03-29T22:30Z',
    '2026-10-25T00:30Z',
    '2026-10-25T01:10Z',
    '2026-10-25T01:50Z',
    '2026-11-01T04:30Z',
    '2026-11-01T05:30Z',
  );
  expect(points(await readHistory(query))).toEqual(expected);
});

it.each([
  ['hour', 24],
  ['day', 30],
  ['week', 53],
  ['month', 12],
])('has the default number of complete points per %s', async (interval, count) => {
  const until = '2026-07-15T12:30:00Z';
  const history = await readHistory({ interval, until, tz: 'America/New_York' });
  expect(history.points).toHaveLength(count);
  expect(history.since).toBe(history.points[0]!.start);
});

it('ends now by default', async () => {
  await service.http.get('/a');
  const { points } = await readHistory({ interval: 'hour' });
  expect(points.at(-1)!.visits + points.at(-2)!.visits).toBe(1);
});

it('has no points if since equals until', async () => {
  const moment = '2026-03-01T00:00:00Z';
  expect((await readHistory({ since: moment, until: moment })).points).toEqual([]);
});

it('counts only the visits of one visitor', async () => {
  await visitAt('2026-03-01T01:00Z');
  const window = { since: '2026-03-01T00:00:00Z', until: '2026-03-02T00:00:00Z' };
  const own = await readHistory(window, '/-/visitors/a/history');
  expect(own).toMatchObject({ username: 'a', points: [{ visits: 1 }] });
  expect(await readHistory(window, '/-/visitors/b/history')).toMatchObject({ points: [{ visits: 0 }] });
});

it('has at most 2000 points', async () => {
  const since = '2020-01-01T00:00:00Z';
  const atMost = await readHistory({ since, until: '2025-06-23T00:00:00Z' });
  expect(atMost.points).toHaveLength(2000);
  for (const until of ['2025-06-23T00:00:01Z', '9999-01-01T00:00:00Z']) {
    const { body } = await service.http.get(`/-/history?since=${since}&until=${until}`).expect(400);
    expect(body.code).toBe('too-many-points');
  }
});

it.each([
  ['/-/history?interval=minute', 'invalid-parameter'],
  ['/-/history?tz=Mars/Olympus', 'invalid-parameter'],
  ['/-/history?tz=%2B02:00', 'invalid-parameter'],
  // Abbreviations that V8 knows and the zone database does not, and that mean several zones.
  ['/-/history?tz=PST', 'invalid-parameter'],
  ['/-/summary?tz=IST', 'invalid-parameter'],
  ['/-/history?since=2999-01-01T00:00:00Z', 'invalid-parameter'],
  ['/-/history?tz=UTC&tz=UTC', 'invalid-parameter'],
  [`/-/history?tz=${encodeURIComponent(`UTC'; DROP TABLE visits; --`)}`, 'invalid-parameter'],
  ['/-/summary?tz=nowhere', 'invalid-parameter'],
  ['/-/history?since=2026-03-02T00:00:00Z&until=2026-03-01T00:00:00Z', 'invalid-parameter'],
  ['/-/visitors/%00/history', 'invalid-username'],
])('%s is 400 %s', async (path, code) => {
  const { body } = await service.http.get(path).expect(400);
  expect(body.code).toBe(code);
});

it('returns 404 for the history of an unknown name', async () => {
  const { body } = await service.http.get('/-/visitors/nobody/history').expect(404);
  expect(body.code).toBe('visitor-not-found');
});

it('counts all visits, visitors, visits today and in the last hour', async () => {
  await service.database.query(`DELETE FROM visit_totals`);
  await service.database.query(`INSERT INTO visit_totals SELECT id, 0 FROM visitors`);
  const [row] = await service.database.query<{ hour: number }>(
    `SELECT extract(hour FROM now() AT TIME ZONE 'Pacific/Kiritimati')::int AS hour`,
  );
  await service.database.query(
    `INSERT INTO visits (visitor_id, visited_at)
     SELECT (SELECT id FROM visitors WHERE username = 'a'), now() - age FROM unnest($1::interval[]) AS age`,
    [['1 minute', '400 days', '25 hours']],
  );
  const { body } = await service.http.get('/-/summary?tz=Pacific/Kiritimati').expect(200);
  // Shortly after midnight, a minute ago was yesterday.
  const today = row!.hour === 0 ? expect.any(Number) : 1;
  expect(body).toEqual({ visits: 3, visitors: 3, today, last_hour: 1 });
});
