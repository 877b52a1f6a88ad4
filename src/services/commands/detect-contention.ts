/** The visits that one name got in a batch: the first and the last of their numbers. */
export interface NumberRange {
  readonly first: number;
  readonly last: number;
}

/** Told of every batch that ended, says at which name somebody else records as well, if at any. */
export type DetectContention = (numbers: ReadonlyMap<string, NumberRange>) => string | undefined;

// Batches in a row without anybody else's visits, after which nobody else is expected any more.
const calmBatches = 8;
// Batches in a row of one visit or none. A single one is no sign: it may stand between two that are full.
const smallBatches = 2;

/**
 * Creates a detector. Where somebody else has recorded since the batch before, a name's numbers do not follow on from
 * the last ones; of several such names it says the one that others record most. Two batches in a row of one visit or
 * none end it: whose visits come one at a time has nothing to gather. It remembers the names of one batch only.
 */
export function createContentionDetector(): DetectContention {
  let before: ReadonlyMap<string, NumberRange> = new Map();
  let contended: string | undefined;
  let calm = 0;
  let small = 0;
  return (numbers) => {
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
    return contended;
  };
}

/** Counts the visits that the names of a batch got. */
export function countVisits(numbers: ReadonlyMap<string, NumberRange>): number {
  return [...numbers.values()].reduce((sum, { first, last }) => sum + last - first + 1, 0);
}
