/** Values that are read when somebody asks for the metrics, not when they change. */
export interface Readings {
  /** Requests can be served. */
  readonly ready: boolean;
  readonly recorder: {
    /** Visits that wait for a statement. */
    readonly waiting: number;
    /** Recording statements under way. */
    readonly inFlight: number;
  };
  readonly pool: {
    readonly inUse: number;
    readonly idle: number;
    /** Requests for a connection that wait for one. */
    readonly waiting: number;
    /** The most connections that it may hold. */
    readonly limit: number;
  };
  /** Migrations of this release that the database lacks; undefined when it did not say. */
  readonly pendingMigrations: number | undefined;
  /** The last verification of the totals; undefined before the first, or when the database did not say. */
  readonly verification: { readonly drifted: number; readonly verifiedAt: Date } | undefined;
}
