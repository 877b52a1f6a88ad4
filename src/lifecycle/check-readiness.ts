import type { Sequelize } from 'sequelize';
import type { Migrator } from '../db/create-migrator';
import type { CheckReadiness, Readiness } from '../shared/readiness';
import { withDeadline } from '../shared/with-deadline';

const answerWithinMs = 1000;

/** What readiness hangs on. */
export interface ReadinessDependencies {
  readonly sequelize: Sequelize;
  readonly migrator: Pick<Migrator, 'pending'>;
  readonly isStopping: () => boolean;
}

/**
 * Creates the readiness probe: not ready from the first moment of a stop, while the database does not answer within
 * a second, and until every migration of this release is applied.
 */
export function createReadinessCheck({
  sequelize,
  migrator,
  isStopping,
}: ReadinessDependencies): CheckReadiness {
  // Once migrated stays migrated, as far as this process is concerned: then a `SELECT 1` says enough.
  let migrated = false;
  const ask = async (): Promise<Readiness> => {
    if (migrated) {
      await sequelize.query('SELECT 1');
      return { ready: true };
    }
    const pending = (await migrator.pending()).map(({ name }) => name);
    migrated = pending.length === 0;
    return migrated
      ? { ready: true }
      : { ready: false, code: 'migrations-pending', detail: explainPending(pending) };
  };
  // However many probe: a silent database must not be asked on one connection after the other.
  let asking: Promise<Readiness> | undefined;
  const askOnce = (): Promise<Readiness> =>
    (asking ??= ask()
      .catch(() => databaseSilent)
      .finally(() => {
        asking = undefined;
      }));
  return async () => {
    if (isStopping()) return { ready: false, code: 'stopping', detail: 'The service is stopping.' };
    return withDeadline(askOnce(), answerWithinMs, () => databaseSilent);
  };
}

/** Says which migrations are missing and which command applies them. */
export function explainPending(names: readonly string[]): string {
  return `Migrations are pending: ${names.join(', ')}. Apply them with "npm run migrate up".`;
}

const databaseSilent: Readiness = {
  ready: false,
  code: 'database-unavailable',
  detail: `The database did not answer within ${answerWithinMs} ms.`,
};
