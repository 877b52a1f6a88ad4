import { createSharedRead } from '../../../src/services/batching/create-shared-read';

const limits = { maxInFlight: 2, maxWaiting: 3, answerWithinMs: 5000, restShare: 0 };

// The tests set the clock, so that no moment in which the machine stands still counts.
beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
afterEach(() => jest.useRealTimers());

/** Creates a shared read whose answers are given by hand; `begun` lists the questions in the order of their reads. */
function createManualRead(options: Partial<typeof limits> = {}) {
  const begun: string[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const reads = createSharedRead({ ...limits, ...options });
  const read = reads.share(
    (question: string) =>
      new Promise<{ question: string; number: number }>((resolve, reject) => {
        const number = begun.push(question);
        ends.push((error) => {
          if (error) reject(error);
          else resolve({ question, number });
        });
      }),
  );
  return { reads, read, begun, end: (number: number, error?: Error) => ends[number - 1]?.(error) };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('reads once for all who ask the same before the read begins', async () => {
  const { read, begun, end } = createManualRead();
  const answers = [read('a'), read('a'), read('b')];
  await nextTurn();
  expect(begun).toEqual(['a', 'b']);
  end(1);
  end(2);
  const [first, second, third] = await Promise.all(answers);
  expect(second).toBe(first);
  expect(third).toEqual({ question: 'b', number: 2 });
});

it('never joins a read that has begun, and reads a question once at a time', async () => {
  const { read, begun, end } = createManualRead();
  const early = read('a');
  await nextTurn();
  const late = [read('a'), read('a')];
  await nextTurn();
  expect(begun).toEqual(['a']);
  end(1);
  expect(await early).toMatchObject({ number: 1 });
  await nextTurn();
  expect(begun).toEqual(['a', 'a']);
  end(2);
  expect(await Promise.all(late)).toEqual([
    { question: 'a', number: 2 },
    { question: 'a', number: 2 },
  ]);
});

it('queues different questions in order and refuses beyond the queue limit', async () => {
  const { reads, read, begun, end } = createManualRead();
  const first = [read('a'), read('b')];
  await nextTurn();
  const waiting = [read('c'), read('d'), read('e')];
  expect([reads.inFlight, reads.waiting]).toEqual([2, 3]);
  await expect(read('f')).rejects.toMatchObject({ code: 'overloaded' });
  // Joining takes no place in the queue.
  waiting.push(read('e'));

  end(2, new Error('a failure makes room as well'));
  await expect(first[1]).rejects.toThrow('room');
  await nextTurn();
  expect(begun).toEqual(['a', 'b', 'c']);
  end(1);
  end(3);
  await nextTurn();
  await nextTurn();
  expect(begun).toEqual(['a', 'b', 'c', 'd', 'e']);
  end(4);
  end(5);
  expect((await Promise.all(waiting)).map(({ question }) => question)).toEqual(['c', 'd', 'e', 'e']);
  expect([reads.inFlight, reads.waiting]).toEqual([0, 0]);
});

it('passes a failure to all who share the read, and not to the next one', async () => {
  const { read, end } = createManualRead();
  const answers = [read('a'), read('a')];
  await nextTurn();
  end(1, new Error('failed'));
  for (const answer of answers) await expect(answer).rejects.toThrow('failed');
  const next = read('a');
  await nextTurn();
  end(2);
  expect(await next).toMatchObject({ number: 2 });
});

it('does not read a question whose callers have given up', async () => {
  const { read, begun, end } = createManualRead({ maxInFlight: 1, answerWithinMs: 20 });
  const first = read('a');
  await nextTurn();
  const late = expect(read('b')).rejects.toMatchObject({ code: 'database-unavailable' });
  jest.advanceTimersByTime(21);
  end(1);
  await first;
  await late;
  expect(begun).toEqual(['a']);
});

it('tells the questions of different reads apart', async () => {
  const reads = createSharedRead(limits);
  const double = reads.share((n: number) => Promise.resolve(2 * n));
  const negate = reads.share((n: number) => Promise.resolve(-n));
  expect(await Promise.all([double(2), negate(2), double(3)])).toEqual([4, -2, 6]);
});

it('lets a question rest after a read, so that all who were answered share the next one, but no other question', async () => {
  const { read, begun, end } = createManualRead({ maxInFlight: 1, restShare: 1 });
  const early = read('a');
  await nextTurn();
  const late = [read('a')];
  jest.advanceTimersByTime(100);
  end(1);
  await early;
  late.push(read('a'));
  await nextTurn();
  expect(begun).toEqual(['a']);
  const other = read('b');
  await nextTurn();
  expect(begun).toEqual(['a', 'b']);
  end(2);
  await other;
  jest.advanceTimersByTime(99);
  await nextTurn();
  expect(begun).toEqual(['a', 'b']);
  jest.advanceTimersByTime(1);
  await nextTurn();
  expect(begun).toEqual(['a', 'b', 'a']);
  end(3);
  const [first, second] = await Promise.all(late);
  expect(second).toBe(first);
});
