import { DomainError } from '../shared/domain-error';

/** Runs the work now, or when other work ends if the limit is reached. */
export type RunLimited = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Limits reads whose cost grows with the log: they use at most `most` connections, so recording keeps the others. If
 * `waiting` requests wait already, the next one gets {DomainError} `overloaded`.
 */
export function limitConcurrency({ most, waiting }: { most: number; waiting: number }): RunLimited {
  const queue: (() => void)[] = [];
  let active = 0;
  return async (work) => {
    if (active >= most) {
      if (queue.length >= waiting) {
        throw new DomainError('overloaded', 'Too many reads of the log are waiting. Ask again.');
      }
      await new Promise<void>((resolve) => queue.push(resolve));
    } else {
      active += 1;
    }
    try {
      return await work();
    } finally {
      // The next in the queue takes over this place, so that a later request cannot.
      const next = queue.shift();
      if (next) next();
      else active -= 1;
    }
  };
}
