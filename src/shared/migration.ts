import type { QueryInterface, Transaction } from 'sequelize';

/**
 * Locks tables that writers take in different orders, without ever waiting in a circle with one of them. Rejects, and
 * nothing is locked, when the first is not free for two seconds, or the others in none of twenty attempts. Afterwards
 * `lock_timeout` is two seconds to the end of the transaction. The mode is ACCESS EXCLUSIVE unless given.
 */
export type LockTogether = (
  tables: readonly [string, string, ...string[]],
  mode?: 'SHARE ROW EXCLUSIVE' | 'ACCESS EXCLUSIVE',
) => Promise<void>;

/** What a migration is given. Every statement must be handed the transaction, or it commits on its own. */
export interface MigrationContext {
  readonly queryInterface: QueryInterface;
  readonly transaction: Transaction;
  /** Runs one SQL text inside the migration's transaction. */
  readonly run: (sql: string) => Promise<void>;
  readonly lockTogether: LockTogether;
}

/**
 * One change of the schema. It runs in a transaction of its own and is recorded in the same one, so it is
 * applied whole or not at all. Frozen once merged.
 */
export interface Migration {
  /**
   * Whether `down` may run while the release before this one serves: it does not break that release, and nothing
   * is lost that was recorded or brought along meanwhile. So it is for a change that only adds (expand) and keeps
   * what cannot be derived again somewhere else. A failed deploy and a rollback take back such migrations only.
   */
  readonly downIsSafe: boolean;
  up(context: MigrationContext): Promise<void>;
  /** Takes `up` back: afterwards the previous release works as it did before. */
  down(context: MigrationContext): Promise<void>;
}
