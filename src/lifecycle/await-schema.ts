import type { Migrator } from '../db/create-migrator';
import { DomainError } from '../shared/domain-error';
import { StatementError, type RunPrepared } from '../shared/prepared-statement';
import { explainPending } from './check-readiness';

/**
 * Lets no statement through until every migration of this release is applied: on half a schema the numbers would be
 * wrong, and readiness alone stops nobody who asks the service directly. Asks before each statement until then, and
 * never again.
 */
export function awaitSchema(run: RunPrepared, migrator: Pick<Migrator, 'pending'>): RunPrepared {
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
  return (statement, values) =>
    migrated ? run(statement, values) : check().then(() => run(statement, values));
}
