import { createHistoryLoader } from '../../src/web/create-history-loader';
import type { ChartRange } from '../../src/web/ranges';

const month = { key: '30d' } as ChartRange;
const year = { key: '1y' } as ChartRange;
const { signal } = new AbortController();

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

// Returns a different number each time, after the given time.
function createSource(tookMs: number): { load: ReturnType<typeof createHistoryLoader>; count: () => number } {
  let asked = 0;
  const load = createHistoryLoader(() => {
    asked += 1;
    jest.advanceTimersByTime(tookMs);
    return Promise.resolve({ interval: 'day', points: [{ start: new Date(0), visits: asked }] });
  });
  return { load, count: () => asked };
}

it('loads a fast history at every refresh', async () => {
  const { load, count } = createSource(10);
  for (let refresh = 0; refresh < 3; refresh += 1) {
    await load('/-/history', month, signal);
    jest.advanceTimersByTime(10_000);
  }
  expect(count()).toBe(3);
});

it('reuses a history that took a second for a minute', async () => {
  const { load, count } = createSource(1000);
  await load('/-/history', month, signal);
  jest.advanceTimersByTime(59_000);
  expect((await load('/-/history', month, signal)).points[0]?.visits).toBe(1);
  jest.advanceTimersByTime(2000);
  expect((await load('/-/history', month, signal)).points[0]?.visits).toBe(2);
  expect(count()).toBe(2);
});

it('loads again for another range and after a failure', async () => {
  const { load, count } = createSource(1000);
  await load('/-/history', month, signal);
  await load('/-/history', year, signal);
  expect(count()).toBe(2);
  let failures = 0;
  const failing = createHistoryLoader(() => Promise.reject(new Error(String((failures += 1)))));
  await expect(failing('/-/history', month, signal)).rejects.toThrow('1');
  await expect(failing('/-/history', month, signal)).rejects.toThrow('2');
});
