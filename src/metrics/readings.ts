import type { ReadinessCode } from '../shared/readiness-faults';

/** Values that are read at each scrape. */
export interface Readings {
  /** Why requests cannot be served. Undefined if they can. */
  readonly notReady: ReadinessCode | undefined;
  readonly recorder: {
    /** Visits that wait for a statement. */
    readonly waiting: number;
    /** Recording statements under way. */
    readonly inFlight: number;
  };
  readonly reads: {
    /** Reads that wait for a statement. */
    readonly waiting: number;
    /** Reads under way. */
    readonly inFlight: number;
  };
  readonly pool: {
    readonly inUse: number;
    readonly idle: number;
    /** Requests that wait for a connection. */
    readonly waiting: number;
    /** Most connections of the pool. */
    readonly limit: number;
  };
  /** Migrations of this release that the database lacks. Undefined if the database did not answer. */
  readonly pendingMigrations: number | undefined;
  /** The last verification of the totals. Undefined before the first, or if the database did not answer. */
  readonly verification: { readonly drifted: number; readonly verifiedAt: Date } | undefined;
  /** Visits that are not rolled up yet. Undefined if the database did not answer. */
  readonly rollUpLag: number | undefined;
}
