import type { Count } from '../contenders/contender';
import { nameVisitor, type Seed } from '../database/seed-visits';
import type { Load, LoadResult } from './load';
import { onceForAll, readVisitedName } from './read-visited-name';

/** Compares the visits a contender lists with those it has acknowledged since its start. */
export interface CountCheck {
  readonly acknowledged: number;
  readonly listed: number;
  /** Rows in the log. */
  readonly logged: number;
  /** `listed - acknowledged`. */
  readonly difference: number;
  /** Names with a wrong number; null after a failed request, since its name is not known. */
  readonly namesOff: number | null;
  /** Rolled-up visits minus their rows in the log; absent if nothing is rolled up. */
  readonly rolledUpDifference?: number;
  readonly exact: boolean;
}

/** Keeps track of acknowledged visits. */
export interface Ledger {
  /** Adds the visits of a load. */
  add(load: Load, result: LoadResult): void;
  /** Compares with the listing and the log, both of which contain the seed. */
  check(count: Count): CountCheck;
}

/** Creates a ledger for a seeded database. */
export function createLedger({ visitors, visits }: Seed): Ledger {
  const expected = new Map<string, number>();
  for (let n = 1; n <= visitors; n += 1) {
    expected.set(nameVisitor(n), Math.floor(visits / visitors) + (n <= visits % visitors ? 1 : 0));
  }
  const countedOnce = new Set<string>();
  let acknowledged = 0;
  let knownByName = true;
  return {
    add(load, result) {
      if (result.acknowledged !== result.sent) knownByName = false;
      const { names, ignored } = countNames(load, countedOnce);
      acknowledged += (result.visits ?? result).acknowledged - ignored;
      for (const [name, times] of names) expected.set(name, (expected.get(name) ?? 0) + times);
    },
    check({ listing, logged, rolledUpDifference }) {
      const listed = sum(listing.values()) - visits;
      const difference = listed - acknowledged;
      const namesOff = knownByName ? countDifferences(expected, listing) : null;
      const exact =
        difference === 0 &&
        logged - visits === acknowledged &&
        (namesOff ?? 0) === 0 &&
        (rolledUpDifference ?? 0) === 0;
      return {
        ...{ acknowledged, listed, logged: logged - visits, difference, namesOff, exact },
        ...(rolledUpDifference === undefined ? {} : { rolledUpDifference }),
      };
    },
  };
}

/** Counts the visits of each name, and those that are ignored because their client was counted for the name before. */
function countNames({ paths, amount }: Load, countedOnce: Set<string>) {
  const names = new Map<string, number>();
  let ignored = 0;
  const add = (path: string, times: number): void => {
    const name = readVisitedName(path);
    if (name === undefined) return;
    let counted = times;
    if (path.endsWith(onceForAll)) {
      counted = countedOnce.has(name) ? 0 : 1;
      countedOnce.add(name);
    }
    ignored += times - counted;
    names.set(name, (names.get(name) ?? 0) + counted);
  };
  if (typeof paths === 'string') add(paths, amount);
  else for (const path of paths.flat()) add(path, 1);
  return { names, ignored };
}

function countDifferences(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  const names = new Set([...a.keys(), ...b.keys()]);
  return [...names].filter((name) => a.get(name) !== b.get(name)).length;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
