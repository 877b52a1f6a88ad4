import type { Migrator } from '../db/create-migrator';
import { DomainError } from '../shared/domain-error';
import { StatementError, type RunStatement } from '../shared/statement';
import { explainPending } from './check-readiness';

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const undefinedTable = '42P01';

/**
 * Lets no statement through until every migration of this release is applied: on half a schema the numbers would be
 * wrong, and readiness alone stops nobody who asks the service directly. Asks before each statement until then, and
 * again only after one that missed a table: somebody has taken migrations back under the running service.
 */
export function awaitSchema(run: RunStatement, migrator: Pick<Migrator, 'pending'>): RunStatement {
  let migrated = false;
  const check = async (): Promise<void> => {
    const pending = await migrator.pending().catch((cause: unknown) => {
      throw new StatementError('not-run', { cause });
    });
    if (pending.length > 0) {
      const detail = `${explainPending(pending.map(({ name }) => name))} Nothing was recorded.`;
      throw new StatementError('not-run', { cause: new DomainError('database-unavailable', detail) });
    }
    migrated = true;
  };
  return async (statement, values) => {
    if (!migrated) await check();
    try {
      return await run(statement, values);
    } catch (error) {
      if (missesTable(error)) migrated = false;
      throw error;
    }
  };
}

function missesTable(error: unknown): boolean {
  const cause = error instanceof StatementError ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === undefinedTable;
}
