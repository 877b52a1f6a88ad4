import type { QueryInterface, Transaction } from 'sequelize';

/**
 * Locks tables without a deadlock with writers that lock them in another order. Rejects with nothing
 * locked if the first table is not free within two seconds, or the others in none of twenty attempts.
 * `lock_timeout` is two seconds afterwards, until the end of the transaction. The default mode is ACCESS
 * EXCLUSIVE.
 */
export type LockTogether = (
  tables: readonly [string, string, ...string[]],
  mode?: 'SHARE ROW EXCLUSIVE' | 'ACCESS EXCLUSIVE',
) => Promise<void>;

/** What a migration receives. A statement without the transaction would commit on its own. */
export interface MigrationContext {
  readonly queryInterface: QueryInterface;
  readonly transaction: Transaction;
  /** Runs one SQL text inside the migration's transaction. */
  readonly run: (sql: string) => Promise<void>;
  readonly lockTogether: LockTogether;
}

/** What the preparation of a migration receives. Each statement commits on its own. */
export interface PrepareContext {
  /** Runs one statement. */
  readonly query: <Row extends object>(sql: string) => Promise<Row[]>;
}

/**
 * One change of the schema. It runs and is recorded in one transaction, so it is applied completely or not
 * at all. A merged migration is never edited.
 */
export interface Migration {
  /**
   * Whether `down` may run while the previous release serves: it neither breaks that release nor loses
   * data that was recorded or imported meanwhile. True for a change that only adds (expand) and does not
   * hold the only copy of any data. A failed deploy and a rollback revert only such migrations.
   */
  readonly downIsSafe: boolean;
  /**
   * Runs before `up` and outside its transaction, for what PostgreSQL does only there, such as building an index while
   * visits go on. It may run again, also after it was interrupted.
   */
  prepare?(context: PrepareContext): Promise<void>;
  up(context: MigrationContext): Promise<void>;
  /** Reverts `up`: afterwards the previous release works as before. */
  down(context: MigrationContext): Promise<void>;
}
