import { createReadRefusal, createReadTimeout } from './read-errors';

/** The bounds of shared reads. */
export interface SharedReadLimits {
  /** Reads under way at once. */
  readonly maxInFlight: number;
  /** Different questions that wait. Beyond it a new question is refused. */
  readonly maxWaiting: number;
  /** Milliseconds that a caller waits for an answer. A question whose callers have all given up is not read. */
  readonly answerWithinMs: number;
  /**
   * How long a question rests after a read, as a share of the time that the read took. Callers that ask again as soon as
   * they are answered then share the next read, instead of every other one.
   */
  readonly restShare: number;
}

/** Reads that are shared by all calls with the same question. */
export interface SharedRead {
  /**
   * Makes a read shared. Its arguments are the question, compared as JSON. A call joins a read of the same question
   * that has not begun, never one that has, so no answer is older than its question. All calls that share a read get
   * the same object. The returned function throws {DomainError} `overloaded`.
   */
  share<Question extends readonly unknown[], Answer>(
    read: (...question: Question) => Promise<Answer>,
  ): (...question: Question) => Promise<Answer>;
  /** Questions that wait to be read. */
  readonly waiting: number;
  /** Reads under way. */
  readonly inFlight: number;
}

interface WaitingRead {
  /** `performance.now()` when the question was last asked. */
  askedAt: number;
  readonly answer: Promise<unknown>;
  readonly resolve: (answer: Promise<unknown>) => void;
  readonly read: () => Promise<unknown>;
}

// A timer is not more precise.
const shortestRestMs = 1;

/**
 * Creates shared reads. A question is read at the end of the turn of the event loop in which it was asked, or when it has
 * rested after its last read and a place is free. An answer is not kept after it was given.
 */
export function createSharedRead({
  maxInFlight,
  maxWaiting,
  answerWithinMs,
  restShare,
}: SharedReadLimits): SharedRead {
  // In the order of the questions, because a Map keeps the order of insertion.
  const waiting = new Map<string, WaitingRead>();
  const inFlight = new Set<string>();
  const resting = new Set<string>();
  let isScheduled = false;
  let sharedFunctions = 0;

  const schedule = (): void => {
    if (isScheduled || waiting.size === 0 || inFlight.size >= maxInFlight) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      beginReads();
    });
  };
  const beginReads = (): void => {
    for (const [key, { askedAt, resolve, read }] of waiting) {
      if (inFlight.size >= maxInFlight) return;
      // One read of a question at a time: calls that arrive meanwhile share the next one.
      if (inFlight.has(key) || resting.has(key)) continue;
      waiting.delete(key);
      if (performance.now() - askedAt > answerWithinMs) {
        resolve(Promise.reject(createReadTimeout()));
        continue;
      }
      inFlight.add(key);
      const begunAt = performance.now();
      const answer = read();
      resolve(answer);
      const end = (): void => {
        inFlight.delete(key);
        rest(key, (performance.now() - begunAt) * restShare);
        schedule();
      };
      answer.then(end, end);
    }
  };
  const rest = (key: string, ms: number): void => {
    if (ms < shortestRestMs) return;
    resting.add(key);
    setTimeout(() => {
      resting.delete(key);
      schedule();
    }, ms);
  };
  const ask = (key: string, read: () => Promise<unknown>): Promise<unknown> => {
    const asked = waiting.get(key);
    if (asked) {
      asked.askedAt = performance.now();
      return asked.answer;
    }
    if (waiting.size >= maxWaiting) return Promise.reject(createReadRefusal('Too many reads are waiting'));
    let resolve: WaitingRead['resolve'] = () => undefined;
    const answer = new Promise<unknown>((resolvePromise) => {
      resolve = resolvePromise;
    });
    waiting.set(key, { askedAt: performance.now(), answer, resolve, read });
    schedule();
    return answer;
  };

  return {
    share<Question extends readonly unknown[], Answer>(read: (...question: Question) => Promise<Answer>) {
      sharedFunctions += 1;
      const prefix = `${sharedFunctions}:`;
      return (...question: Question) =>
        ask(prefix + JSON.stringify(question), async () => read(...question)) as Promise<Answer>;
    },
    get waiting() {
      return waiting.size;
    },
    get inFlight() {
      return inFlight.size;
    },
  };
}
