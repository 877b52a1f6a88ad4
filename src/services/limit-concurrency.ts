import { DomainError } from '../shared/domain-error';

/** Runs the work now or, when enough is under way, as soon as something ends. */
export type RunLimited = <T>(work: () => Promise<T>) => Promise<T>;

/** The bounds of a gate. */
export interface ConcurrencyLimits {
  /** Work under way at once. */
  readonly most: number;
  /** Work that may wait in line. */
  readonly waiting: number;
  /** The longest wait in line, in milliseconds; without it the line alone is the bound. */
  readonly waitMs?: number;
  /** What somebody is told for whom there is no place. */
  readonly refusal: string;
}

/**
 * Creates a gate for work that must not take all connections: whatever is asked, it holds at most `most` of them, and
 * everything else keeps the others. Who finds the line full, or waits in it too long, gets {DomainError} `overloaded`,
 * and the work has not begun.
 */
export function limitConcurrency({ most, waiting, waitMs, refusal }: ConcurrencyLimits): RunLimited {
  const line: (() => void)[] = [];
  let active = 0;
  const queue = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const admit = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const giveUp = (): void => {
        line.splice(line.indexOf(admit), 1);
        reject(new DomainError('overloaded', refusal));
      };
      const timer = waitMs === undefined ? undefined : setTimeout(giveUp, waitMs);
      line.push(admit);
    });
  return async (work) => {
    if (active >= most) {
      if (line.length >= waiting) throw new DomainError('overloaded', refusal);
      await queue();
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
