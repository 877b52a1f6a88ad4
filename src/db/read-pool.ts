import type { Sequelize } from 'sequelize';

/** The use of a connection pool. */
export interface PoolUse {
  readonly inUse: number;
  readonly idle: number;
  /** Requests for a connection that wait for one. */
  readonly waiting: number;
  /** The most connections that it may hold. */
  readonly limit: number;
}

/** The part of Sequelize's pool that its types leave out. */
interface Pool {
  readonly using: number;
  readonly available: number;
  readonly waiting: number;
  readonly maxSize: number;
}

/** Reads the use of the pool at this moment, without a query. */
export function readPool(sequelize: Sequelize): PoolUse {
  const { pool } = sequelize.connectionManager as unknown as { readonly pool: Pool };
  return { inUse: pool.using, idle: pool.available, waiting: pool.waiting, limit: pool.maxSize };
}
