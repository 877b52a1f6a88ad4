import type { Statement, RunStatement } from '../../../shared/statement';

/** The first and the last number that one name got in a batch. */
export interface NumberRange {
  readonly first: number;
  readonly last: number;
}

/** Lets processes that record the same name do it one after another, so that their batches stay whole. */
export interface Turns {
  /** Whether the wait for a turn is short. On a long way to the database, batches are large without turns. */
  readonly areNear: boolean;
  /** Returns the name that another process is also recording, if a batch has it. */
  choose(has: (username: string) => boolean): string | undefined;
  /** Resolves when no other process holds the turn for the name, after the longest wait, or on failure. Never rejects. */
  waitFor(username: string): Promise<void>;
  /**
   * Learns from the numbers of the last batch at which name another process records as well, if at any.
   * @param tookMs from its statement to its answer.
   */
  observe(numbers: ReadonlyMap<string, NumberRange>, tookMs: number): void;
}

// Session locks with two keys do not conflict with those of one key, such as the migrations' lock. Every release must
// use this number.
const lockClass = 7_130_003;

/**
 * SQL that takes the turn at the name in a parameter such as `$3` until the transaction ends. NULL takes none. A turn
 * protects nothing, because the row locks do; it exists to be waited for.
 */
export function takeTurn(parameter: string): string {
  return `pg_advisory_xact_lock(${lockClass}, hashtext(${parameter}))`;
}

const waitForTurn: Statement = {
  name: 'wait-for-turn',
  text: `
    SELECT pg_advisory_xact_lock_shared(${lockClass}, hashtext($1))
    FROM (SELECT set_config('lock_timeout', $2::text, true) OFFSET 0) AS given`,
};

// Batches in a row without visits of another process, after which none is expected any more.
const calmBatches = 8;
// The wait for a turn is one more way to the database. If no batch is answered sooner than this, it is not worth it.
const nearMs = 8;
// The fastest batch is forgotten by this factor with each batch.
const forgetting = 1.1;
// Batches in a row of at most one visit. A single one is no sign, because it may come between two full ones.
const smallBatches = 2;

/**
 * Creates the turns of one process. If another process has recorded a name since the last batch, the name's numbers do
 * not follow on from the last ones. Of several such names, the one that others record most is chosen. It remembers the
 * names of one batch only.
 * @param lockTimeoutMs longest wait for a turn.
 */
export function createTurns(run: RunStatement, lockTimeoutMs: number): Turns {
  let before: ReadonlyMap<string, NumberRange> = new Map();
  let contended: string | undefined;
  let calm = 0;
  let small = 0;
  let fastestMs = 1;
  return {
    get areNear() {
      return fastestMs < nearMs;
    },
    choose: (has) => (contended !== undefined && has(contended) ? contended : undefined),
    async waitFor(username) {
      // Without its turn a batch waits for the row instead. If the database is away, the batch reports it.
      await run(waitForTurn, [username, `${lockTimeoutMs}ms`]).catch(() => undefined);
    },
    observe(numbers, tookMs) {
      fastestMs = Math.min(tookMs, fastestMs * forgetting);
      let most = 0;
      for (const [username, { first }] of numbers) {
        const last = before.get(username)?.last;
        const others = last === undefined ? 0 : first - last - 1;
        if (others > most) [most, contended] = [others, username];
      }
      calm = most > 0 ? 0 : calm + 1;
      small = countVisits(numbers) > 1 ? 0 : small + 1;
      if (calm >= calmBatches || small >= smallBatches) contended = undefined;
      before = numbers;
    },
  };
}

function countVisits(numbers: ReadonlyMap<string, NumberRange>): number {
  let visits = 0;
  for (const { first, last } of numbers.values()) visits += last - first + 1;
  return visits;
}
