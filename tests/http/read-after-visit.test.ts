import { startServiceOn, startTestService, type TestService } from '../support/test-service';
import type { RunningService } from '../../src/lifecycle/start-service';

// Timeouts long enough for a busy machine.
const patient = {
  DB_CONNECT_TIMEOUT_MS: '20000',
  DB_ACQUIRE_TIMEOUT_MS: '20000',
  DB_STATEMENT_TIMEOUT_MS: '20000',
  DB_QUERY_TIMEOUT_MS: '30000',
  ANSWER_TIMEOUT_MS: '30000',
};

let service: TestService;
let second: RunningService;
beforeAll(async () => {
  service = await startTestService(patient);
  second = await startServiceOn(service.database, patient);
});
afterAll(async () => {
  await second.stop();
  await service.stop();
});

interface Answer {
  readonly visits: number;
  readonly last_hour: number;
  readonly message: string;
  readonly points: readonly { visits: number }[];
  readonly results: readonly { username: string; visits: number }[];
}

/** A path that shows a number, and how to find it in the answer. */
interface Read {
  readonly path: (name: string) => string;
  readonly find: (answer: Answer, name: string) => number | undefined;
  /** The number is that of all visitors. */
  readonly ofAll?: true;
}

const findListed = ({ results }: Answer, name: string) =>
  results.find(({ username }) => username === name)?.visits;
const sumPoints = ({ points }: Answer) => points.reduce((sum, { visits }) => sum + visits, 0);

const jsonReads: Record<string, Read> = {
  'JSON badge': { path: (name) => `/-/badge/${name}.json`, find: ({ message }) => Number(message) },
  visitor: { path: (name) => `/-/visitors/${name}`, find: ({ visits }) => visits },
  list: { path: () => '/', find: findListed },
  'top list': { path: () => '/?sort=-visits&limit=3', find: findListed },
  search: { path: (name) => `/?sort=visits&search=${name}`, find: findListed },
  window: { path: () => '/?since=2000-01-01T00:00:00Z', find: findListed },
  history: { path: (name) => `/-/visitors/${name}/history?interval=hour`, find: sumPoints },
  'history of all': { path: () => '/-/history', find: sumPoints, ofAll: true },
  summary: { path: () => '/-/summary', find: ({ visits }) => visits, ofAll: true },
  'last hour': { path: () => '/-/summary', find: ({ last_hour }) => last_hour, ofAll: true },
};

const textReads: Record<string, Omit<Read, 'find'> & { pattern: RegExp }> = {
  badge: { path: (name) => `/-/badge/${name}.svg`, pattern: /aria-label="visits: (\d+)"/ },
  'page of a visitor': {
    path: (name) => `/-/visitors/${name}`,
    pattern: /id="figure-visits" class="number" value="(\d+)"/,
  },
  dashboard: { path: () => '/', pattern: /id="figure-visits" class="number" value="(\d+)"/, ofAll: true },
};

const kinds = [...Object.keys(jsonReads), ...Object.keys(textReads)];

async function readNumber(url: string, kind: string, name: string): Promise<number> {
  const text = textReads[kind];
  const { path } = text ?? jsonReads[kind]!;
  const response = await fetch(url + path(name), { headers: { Accept: text ? 'text/html' : '*/*' } });
  const answer = await response.text();
  expect({ kind, status: response.status, answer }).toEqual({ kind, status: 200, answer });
  if (text) return Number(text.pattern.exec(answer)![1]);
  return jsonReads[kind]!.find(JSON.parse(answer) as Answer, name) ?? 0;
}

it('shows every visit that was answered before the read began, in each read of two processes', async () => {
  const urls = [service.url, second.url];
  const names = ['ada', 'bob', 'cem'];
  const answered = new Map(names.map((name) => [name, 0]));
  let all = 0;
  const stale: unknown[] = [];

  const visitAndRead = async (client: number): Promise<void> => {
    for (let round = 0; round < 2 * kinds.length; round += 1) {
      const name = names[(client + round) % names.length]!;
      const visit = await fetch(`${urls[(client + round) % 2]!}/${name}`);
      expect(visit.status).toBe(200);
      const { visits } = (await visit.json()) as Answer;
      answered.set(name, Math.max(visits, answered.get(name)!));
      all += 1;

      const kind = kinds[(client + round) % kinds.length]!;
      const { ofAll } = textReads[kind] ?? jsonReads[kind]!;
      const least = ofAll ? all : answered.get(name)!;
      // The visit and the read meet the same process half of the time.
      const shown = await readNumber(urls[(client + Math.floor(round / 2)) % 2]!, kind, name);
      if (shown < least) stale.push({ kind, least, shown });
    }
  };
  await Promise.all(Array.from({ length: 24 }, (_, client) => visitAndRead(client)));

  expect(stale).toEqual([]);
  expect(all).toBe(24 * 2 * kinds.length);
  expect([...answered.values()].reduce((sum, number) => sum + number, 0)).toBe(all);
});
