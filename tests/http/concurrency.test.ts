import { startServiceOn, startTestService, type TestService } from '../support/test-service';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

async function visit(urls: readonly string[], path: string, times: number): Promise<number[]> {
  const answers = Array.from({ length: times }, async (_, index) => {
    const response = await fetch(`${urls[index % urls.length] ?? ''}${path}`);
    expect(response.status).toBe(200);
    return ((await response.json()) as { visits: number }).visits;
  });
  return (await Promise.all(answers)).sort((a, b) => a - b);
}

const oneTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

it('gives each of 100 concurrent visits to one name its own number', async () => {
  await visit([service.url], '/known', 1);
  expect(await visit([service.url], '/known', 100)).toEqual(oneTo(101).slice(1));
  expect(await service.listed('known')).toBe(101);
});

it('creates one visitor for 100 concurrent first visits', async () => {
  expect(await visit([service.url], '/new', 100)).toEqual(oneTo(100));
  const rows = await service.database.query(`SELECT id FROM visitors WHERE username = 'new'`);
  expect(rows).toHaveLength(1);
  expect(await service.listed('new')).toBe(100);
});

it('gives each number once across several services on one database', async () => {
  const second = await startServiceOn(service.database);
  const third = await startServiceOn(service.database);
  try {
    for (const name of ['/shared-1', '/shared-2', '/shared-3']) {
      const urls = [service.url, second.url, third.url];
      expect(await visit(urls, name, 150)).toEqual(oneTo(150));
    }
  } finally {
    await second.stop();
    await third.stop();
  }
});
