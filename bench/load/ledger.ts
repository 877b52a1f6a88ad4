import { nameVisitor, type Seed } from '../database/seed-visits';
import type { Load, LoadResult } from './load';

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
  readonly exact: boolean;
}

/** Keeps track of acknowledged visits. */
export interface Ledger {
  /** Adds the visits of a load. */
  add(load: Load, result: LoadResult): void;
  /** Compares with the listing and the log, both of which contain the seed. */
  check(listing: ReadonlyMap<string, number>, logged: number): CountCheck;
}

/** Creates a ledger for a seeded database. */
export function createLedger({ visitors, visits }: Seed): Ledger {
  const expected = new Map<string, number>();
  for (let n = 1; n <= visitors; n += 1) {
    expected.set(nameVisitor(n), Math.floor(visits / visitors) + (n <= visits % visitors ? 1 : 0));
  }
  let acknowledged = 0;
  let knownByName = true;
  return {
    add(load, result) {
      acknowledged += result.acknowledged;
      if (result.acknowledged !== result.sent) knownByName = false;
      for (const [name, times] of countNames(load)) expected.set(name, (expected.get(name) ?? 0) + times);
    },
    check(listing, logged) {
      const listed = sum(listing.values()) - visits;
      const difference = listed - acknowledged;
      const namesOff = knownByName ? countDifferences(expected, listing) : null;
      const exact = difference === 0 && logged - visits === acknowledged && (namesOff ?? 0) === 0;
      return { acknowledged, listed, logged: logged - visits, difference, namesOff, exact };
    },
  };
}

function countNames({ paths, amount }: Load): Map<string, number> {
  if (typeof paths === 'string') return new Map([[paths.slice(1), amount]]);
  const names = new Map<string, number>();
  for (const path of paths.flat()) names.set(path.slice(1), (names.get(path.slice(1)) ?? 0) + 1);
  return names;
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
