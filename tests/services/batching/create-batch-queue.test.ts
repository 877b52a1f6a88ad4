import type { BatchQueueLimits } from '../../../src/services/batching/batch-queue-options';
import { createBatchQueue } from '../../../src/services/batching/create-batch-queue';

const limits: BatchQueueLimits = {
  ...{ maxInFlight: 1, maxBatch: 100, maxWaiting: 1000 },
  ...{ waitWithinMs: 5000, answerWithinMs: 10_000 },
};
const refusal = new Error('refused');

// The tests set the clock, so that no moment in which the machine stands still counts.
beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
afterEach(() => jest.useRealTimers());

/** Creates a queue that returns each item, and lists its batches. `work` may wait or throw. */
function createQueue(
  work: (items: readonly string[]) => Promise<void> | void = () => undefined,
  options: Partial<BatchQueueLimits> = {},
) {
  const batches: string[][] = [];
  let failures = 0;
  const queue = createBatchQueue<string, string>({
    limits: { ...limits, ...options },
    async send(batch) {
      const items = batch.map(({ item }) => item);
      batches.push(items);
      await work(items);
      for (const queued of batch) queued.resolve(queued.item);
    },
    isRefused: (error) => error === refusal,
    rowOf: (item) => item,
    toError: (error) => error,
    observeFailure: (items) => {
      failures += items;
    },
    createRefusal: (reason) => new Error(reason),
    createTimeout: () => new Error('timeout'),
  });
  return { queue, batches, countFailures: () => failures };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const message = (error: unknown): string => (error as Error).message;

it('sends items that arrive together in one batch, and later ones in the next', async () => {
  const { queue, batches } = createQueue();
  const first = [queue.add('a'), queue.add('b')];
  await nextTurn();
  const second = [queue.add('c'), queue.add('d')];
  expect(await Promise.all([...first, ...second])).toEqual(['a', 'b', 'c', 'd']);
  expect(batches).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
});

it('begins a further batch while one is on its way to the database, and a full one at once', async () => {
  const ends: (() => void)[] = [];
  const work = () => new Promise<void>((resolve) => void ends.push(resolve));
  const { queue, batches } = createQueue(work, { maxInFlight: 3, maxBatch: 2 });
  const sent = [queue.add('a')];
  await nextTurn();
  sent.push(queue.add('b'));
  await nextTurn();
  jest.advanceTimersByTime(4);
  await nextTurn();
  expect(batches).toEqual([['a']]);
  jest.advanceTimersByTime(1);
  await nextTurn();
  expect(batches).toEqual([['a'], ['b']]);
  sent.push(queue.add('c'), queue.add('d'), queue.add('e'));
  await nextTurn();
  expect(batches).toEqual([['a'], ['b'], ['c', 'd']]);
  jest.advanceTimersByTime(20);
  await nextTurn();
  expect([queue.inFlight, queue.waiting]).toEqual([3, 1]);
  ends.shift()?.();
  await nextTurn();
  await nextTurn();
  expect(batches.at(-1)).toEqual(['e']);
  for (const end of ends) end();
  expect(await Promise.all(sent)).toEqual(['a', 'b', 'c', 'd', 'e']);
});

it('fails only the items of a refused row', async () => {
  const { queue, countFailures } = createQueue((items) => {
    if (items.includes('bad')) throw refusal;
  });
  const names = ['a', 'b', 'bad', 'c', 'd', 'bad', 'e', 'f'];
  const results = await Promise.all(names.map((name) => queue.add(name).catch(message)));
  expect(results).toEqual(names.map((name) => (name === 'bad' ? 'refused' : name)));
  expect(countFailures()).toBe(2);
});

it('sends a batch once if it failed for another reason', async () => {
  const { queue, batches, countFailures } = createQueue(() => {
    throw new Error('no database');
  });
  const results = await Promise.all(['a', 'b', 'c'].map((name) => queue.add(name).catch(message)));
  expect(results).toEqual(['no database', 'no database', 'no database']);
  expect(batches).toHaveLength(1);
  expect(countFailures()).toBe(3);
});

it('refuses items beyond its limit and items that wait too long, and times out sent ones', async () => {
  let finish = (): void => undefined;
  const { queue } = createQueue(() => new Promise<void>((resolve) => (finish = resolve)), {
    ...{ maxBatch: 1, maxWaiting: 2, waitWithinMs: 100, answerWithinMs: 300 },
  });
  const sent = queue.add('sent').catch(message);
  await nextTurn();
  await nextTurn();
  expect([queue.inFlight, queue.waiting]).toEqual([1, 0]);
  const waiting = [queue.add('a').catch(message), queue.add('b').catch(message)];
  expect(await queue.add('c').catch(message)).toBe('Too many requests are waiting');
  jest.advanceTimersByTime(100);
  expect(await Promise.all(waiting)).toEqual(['The request waited too long', 'The request waited too long']);
  expect(queue.inFlight).toBe(1);
  jest.advanceTimersByTime(200);
  expect(await sent).toBe('timeout');
  finish();
  await nextTurn();
  expect([queue.inFlight, queue.waiting]).toEqual([0, 0]);
});
