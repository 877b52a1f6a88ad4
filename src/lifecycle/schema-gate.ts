import { withAdvisoryLock } from '../db/advisory-lock';
import type { Migrator } from '../db/create-migrator';
import { diagnoseFailure } from '../db/diagnose-failure';
import { DomainError } from '../shared/domain-error';
import { explainFault, type ReadinessFault } from '../shared/readiness';
import type { OpenDatabase } from './open-database';

/** Refuses work while migrations of this release are pending. */
export interface SchemaGate {
  /**
   * Reads the names of the pending migrations from the migration log. A call made while another one is
   * reading shares its answer.
   */
  readonly readPending: () => Promise<readonly string[]>;
  /**
   * Runs the work if no migration is pending.
   * @throws {DomainError} `database-unavailable` naming the pending migrations; the work had no effect.
   */
  readonly guard: <T>(work: () => Promise<T>) => Promise<T>;
}

// The guard uses the last answer, so that work needs no second query. The migration log is read again by
// each readiness check, after work that failed because the schema lacks something, and at these ages:

// An answer older than this is renewed while the work runs.
const renewAfterMs = 1000;
// An answer older than this is renewed before the work runs: no request and no probe came for this long.
const expireAfterMs = 5000;

/**
 * Creates the schema gate. Readiness, recording, reads and metrics share one gate, so they cannot
 * disagree.
 * @param now the time in milliseconds
 */
export function createSchemaGate(
  migrator: Pick<Migrator, 'pending'>,
  now: () => number = () => performance.now(),
): SchemaGate {
  let migratedAt = -Infinity;
  let reading: Promise<readonly string[]> | undefined;

  const read = async (): Promise<readonly string[]> => {
    const startedAt = now();
    const pending = (await migrator.pending()).map(({ name }) => name);
    migratedAt = pending.length === 0 ? startedAt : -Infinity;
    return pending;
  };
  const readPending = (): Promise<readonly string[]> =>
    (reading ??= read().finally(() => {
      reading = undefined;
    }));
  const requireMigrated = async (): Promise<void> => {
    const fault = describePending(await readPending());
    if (!fault) return;
    throw new DomainError('database-unavailable', `${fault.detail} Until then nothing is recorded or read.`);
  };

  return {
    readPending,
    async guard(work) {
      const age = now() - migratedAt;
      if (age > expireAfterMs) await requireMigrated();
      else if (age > renewAfterMs) readPending().catch(() => undefined);
      try {
        return await work();
      } catch (error) {
        if (!isPartMissing(error)) throw error;
        migratedAt = -Infinity;
        // An answer that is under way may be older than the failure.
        await reading?.catch(() => undefined);
        await requireMigrated();
        throw error;
      }
    },
  };
}

/** Names the pending migrations and the command that applies them. Undefined if there are none. */
export function describePending(names: readonly string[]): ReadinessFault | undefined {
  if (names.length === 0) return undefined;
  const code = 'migrations-pending';
  return { code, detail: explainFault(code, names.join(', ')) };
}

/**
 * Applies pending migrations to the embedded database. The schema of an external one belongs to its operator, and the
 * service is not ready until they have applied them.
 */
export async function prepareSchema(
  database: Pick<OpenDatabase, 'kind' | 'clientConfig'>,
  migrator: Migrator,
): Promise<void> {
  if (database.kind === 'external') return;
  await withAdvisoryLock(
    database.clientConfig,
    'migrate',
    () => undefined,
    () => migrator.up(),
  );
}

function isPartMissing(error: unknown): boolean {
  return diagnoseFailure(error) === 'migrations-pending';
}
