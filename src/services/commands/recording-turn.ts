import type { PreparedStatement, RunPrepared } from '../../shared/prepared-statement';

// Locks of two numbers are apart from those of one, such as a migration's. Every release must use the same number.
const lockClass = 7_130_003;

/**
 * SQL that takes the turn at the name in a parameter such as `$3`, until the transaction ends; NULL takes none. A turn
 * guards nothing, the row locks do: it is there to be waited for.
 */
export function takeTurn(parameter: string): string {
  return `pg_advisory_xact_lock(${lockClass}, hashtext(${parameter}))`;
}

const waitForTurn: PreparedStatement = {
  name: 'wait-for-turn',
  text: `SELECT pg_advisory_xact_lock_shared(${lockClass}, hashtext($1))`,
};

/** Resolves as soon as no other process has its turn at the name, or when that cannot be found out. Never rejects. */
export async function awaitTurn(run: RunPrepared, username: string): Promise<void> {
  // Whoever goes out of turn waits for the row; and a database that is away tells the visits so themselves.
  await run(waitForTurn, [username]).catch(() => undefined);
}
