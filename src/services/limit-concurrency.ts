import { DomainError } from '../shared/domain-error';

/** Runs the work now or, when enough is under way, as soon as something ends. */
export type RunLimited = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Creates a gate for reads whose cost grows with the log: whatever is asked, they hold at most `most` connections,
 * and recording keeps the others. Beyond `waiting` in line it throws {DomainError} `overloaded`.
 */
export function limitConcurrency({ most, waiting }: { most: number; waiting: number }): RunLimited {
  const line: (() => void)[] = [];
  let active = 0;
  return async (work) => {
    if (active >= most) {
      if (line.length >= waiting) {
        throw new DomainError('overloaded', 'Too many reads of the log are waiting. Ask again.');
      }
      await new Promise<void>((resolve) => line.push(resolve));
    } else {
      active += 1;
    }
    try {
      return await work();
    } finally {
      // The place is handed on, so that nobody who comes later can take it in between.
      const next = line.shift();
      if (next) next();
      else active -= 1;
    }
  };
}
