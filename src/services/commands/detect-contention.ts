/** The visits that one name got in a batch: the first and the last of their numbers. */
export interface NumberRange {
  readonly first: number;
  readonly last: number;
}

/** Told of a batch that is recorded, says whether somebody else has recorded one of its names since the batch before. */
export type DetectContention = (numbers: ReadonlyMap<string, NumberRange>) => boolean;

/** Creates a detector. It remembers the names of one batch only. */
export function createContentionDetector(): DetectContention {
  let before: ReadonlyMap<string, NumberRange> = new Map();
  return (numbers) => {
    const contended = [...numbers].some(([username, { first }]) => {
      const last = before.get(username)?.last;
      return last !== undefined && last + 1 !== first;
    });
    before = numbers;
    return contended;
  };
}
