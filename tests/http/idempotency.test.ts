import { request as send } from 'node:http';
import { startServiceOn, startTestService, type TestService } from '../support/test-service';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

async function visit(name: string, key: string, url = service.url) {
  const response = await fetch(`${url}/${encodeURIComponent(name)}`, { headers: { 'Idempotency-Key': key } });
  return {
    status: response.status,
    replayed: response.headers.get('idempotent-replayed'),
    body: (await response.json()) as { visits: number; code?: string },
  };
}

/** Counts the visits in the log and checks that the total matches. */
async function count(name: string): Promise<number> {
  const [row] = await service.database.query<{ logged: number; total: number }>(
    `SELECT (SELECT count(*) FROM visits WHERE visitor_id = visitors.id)::int AS logged,
            (SELECT visits FROM visit_totals WHERE visitor_id = visitors.id)::int AS total
     FROM visitors WHERE username = $1`,
    [name],
  );
  expect(row?.total).toBe(row?.logged);
  return row?.logged ?? 0;
}

it('repeats the first response and records nothing more', async () => {
  await service.http.get('/alice').expect(200);
  expect(await visit('alice', 'a-1')).toMatchObject({ status: 200, replayed: null, body: { visits: 2 } });
  await service.http.get('/alice').expect(200);
  const repeat = await visit('alice', 'a-1');
  expect(repeat).toMatchObject({ status: 200, replayed: 'true', body: { username: 'alice', visits: 2 } });
  expect(await visit('alice', 'a-2')).toMatchObject({ replayed: null, body: { visits: 4 } });
  expect(await count('alice')).toBe(4);
});

it('records a first visit once and uses no id for an existing name', async () => {
  for (const replayed of [null, 'true']) {
    expect(await visit('first', 'f-1')).toMatchObject({ replayed, body: { visits: 1 } });
  }
  await visit('second', 's-1');
  const ids = await service.database.query<{ id: string }>(
    `SELECT id FROM visitors WHERE username IN ('first', 'second') ORDER BY id`,
  );
  expect(Number(ids[1]!.id) - Number(ids[0]!.id)).toBe(1);
});

it('treats the hit badge and the plain visit as the same request', async () => {
  const badge = `${service.url}/-/hit/pictured.svg`;
  const headers = { 'Idempotency-Key': 'p-1' };
  const first = await fetch(badge, { headers });
  const repeat = await fetch(badge, { headers });
  expect([first, repeat].map((answer) => answer.headers.get('idempotent-replayed'))).toEqual([null, 'true']);
  expect(await repeat.text()).toBe(await first.text());
  expect(await visit('pictured', 'p-1')).toMatchObject({ replayed: 'true', body: { visits: 1 } });
  expect(await count('pictured')).toBe(1);
});

it('treats both Unicode forms of a name as the same name', async () => {
  expect(await visit('caf\u00e9', 'c-1')).toMatchObject({ body: { visits: 1 } });
  expect(await visit('cafe\u0301', 'c-1')).toMatchObject({ replayed: 'true', body: { visits: 1 } });
});

it('refuses a key that was used for another name and creates no visitor', async () => {
  await visit('owner', 'o-1');
  expect(await visit('thief', 'o-1')).toMatchObject({
    status: 422,
    replayed: null,
    body: { code: 'idempotency-key-reused' },
  });
  expect(
    (await fetch(`${service.url}/-/hit/thief.svg`, { headers: { 'Idempotency-Key': 'o-1' } })).status,
  ).toBe(422);
  expect(await service.listed('thief')).toBeUndefined();
});

it('ignores the key of HEAD and of a prefetch', async () => {
  await service.http.head('/headed').set('Idempotency-Key', 'h-1').expect(200);
  await service.http.get('/headed').set('Idempotency-Key', 'h-1').set('Sec-Purpose', 'prefetch').expect(503);
  expect(await visit('headed', 'h-1')).toMatchObject({ replayed: null, body: { visits: 1 } });
});

it.each(['!', '"quoted"', 'with inner spaces', 'x'.repeat(64)])('accepts the key %j', async (key) => {
  expect(await visit('keys', key)).toMatchObject({ status: 200, replayed: null });
  expect(await visit('keys', key)).toMatchObject({ status: 200, replayed: 'true' });
});

/** Sends header values unchanged, which fetch does not. */
function sendRaw(values: string | string[]): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'Idempotency-Key': values };
    send(`${service.url}/bad-keys`, { headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('end', () => {
        resolve({ status: response.statusCode, text });
      });
    })
      .once('error', reject)
      .end();
  });
}

it.each([
  ['an empty value', ''],
  ['65 characters', 'x'.repeat(65)],
  ['a character outside ASCII', 'caf\u00e9'],
  ['a tab', 'a\tb'],
  ['two keys', ['a', 'b']],
])('refuses %s and records nothing', async (_what, values) => {
  const { status, text } = await sendRaw(values);
  expect([status, JSON.parse(text)]).toEqual([
    400,
    expect.objectContaining({ code: 'invalid-idempotency-key' }),
  ]);
  expect(await service.listed('bad-keys')).toBeUndefined();
});

it('gives concurrent requests with one key the same number across several services', async () => {
  const second = await startServiceOn(service.database);
  try {
    for (const name of ['raced-new', 'raced-new', 'raced-known']) {
      const key = `${name}-${await count(name)}`;
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, index) => visit(name, key, index % 2 ? second.url : service.url)),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 60 }, () => 200));
      expect(new Set(answers.map(({ body }) => body.visits)).size).toBe(1);
      expect(answers.filter(({ replayed }) => replayed === null)).toHaveLength(1);
    }
    expect(await count('raced-new')).toBe(2);
  } finally {
    await second.stop();
  }
});

it('gives each key its own number among visits without a key', async () => {
  const keyed = Array.from({ length: 50 }, (_, index) => visit('mixed', `m-${index}`));
  const plain = Array.from({ length: 50 }, async () => {
    const response = await fetch(`${service.url}/mixed`);
    return { body: (await response.json()) as { visits: number } };
  });
  const numbers = (await Promise.all([...keyed, ...plain])).map(({ body }) => body.visits);
  expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  expect(await count('mixed')).toBe(100);
});

it('forgets a key after 24 hours and not before', async () => {
  const age = (interval: string) =>
    service.database.query(
      `UPDATE idempotency_keys SET created_at = now() - $1::interval WHERE key IN ('e-1', 'e-2')`,
      [interval],
    );
  await visit('expiring', 'e-1');
  await visit('expiring', 'e-2');
  await age('23 hours 59 minutes');
  expect(await visit('expiring', 'e-1')).toMatchObject({ replayed: 'true', body: { visits: 1 } });
  await age('24 hours 1 second');
  expect(await visit('expiring', 'e-1')).toMatchObject({ replayed: null, body: { visits: 3 } });
  expect(await visit('expiring', 'e-1')).toMatchObject({ replayed: 'true', body: { visits: 3 } });
  // Another name may use the key now, and one of these requests records its visit.
  const answers = await Promise.all(Array.from({ length: 10 }, () => visit('successor', 'e-2')));
  expect(answers.map(({ body }) => body.visits)).toEqual(Array.from({ length: 10 }, () => 1));
  expect(await count('expiring')).toBe(3);
  expect(await count('successor')).toBe(1);
});
