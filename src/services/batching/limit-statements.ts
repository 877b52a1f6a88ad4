import type { RunStatement } from '../../shared/statement';

/** Limits how many statements run at once. The others wait in their order. */
export function limitStatements(run: RunStatement, maxInFlight: number): RunStatement {
  const waiting: (() => void)[] = [];
  let inFlight = 0;
  return async (statement, values) => {
    if (inFlight >= maxInFlight) await new Promise<void>((resolve) => waiting.push(resolve));
    else inFlight += 1;
    try {
      return await run(statement, values);
    } finally {
      // The next one takes over this one's place.
      const next = waiting.shift();
      if (next) next();
      else inFlight -= 1;
    }
  };
}
