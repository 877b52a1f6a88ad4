import type { Sequelize } from 'sequelize';
import type { Migrator } from '../db/create-migrator';
import { readPool } from '../db/read-pool';
import type { CheckReadiness } from '../shared/readiness';
import type { Readings } from '../metrics/readings';
import type { Services } from '../services/create-services';
import { withDeadline } from '../shared/with-deadline';

const answerWithinMs = 1000;

/** Where the readings come from. */
export interface ReadingSources {
  readonly services: Pick<Services, 'recorder' | 'getLastVerification'>;
  readonly sequelize: Sequelize;
  readonly migrator: Pick<Migrator, 'pending'>;
  readonly checkReadiness: CheckReadiness;
}

/**
 * Creates the function that reads what is measured on demand. It never rejects and takes two seconds at most: what the
 * database does not say in time is left open.
 */
export function createReadings({
  services,
  sequelize,
  migrator,
  checkReadiness,
}: ReadingSources): () => Promise<Readings> {
  const count = async (): Promise<number> => (await migrator.pending()).length;
  return async () => {
    // Read together, and before the database is asked: asking takes connections of the same pool.
    const { waiting, inFlight } = services.recorder;
    const pool = readPool(sequelize);
    const readiness = await checkReadiness();
    const silent = !readiness.ready && readiness.code === 'database-unavailable';
    const ask = <T>(work: () => Promise<T>): Promise<T | undefined> =>
      silent
        ? Promise.resolve(undefined)
        : withDeadline<T | undefined>(
            work().catch(() => undefined),
            answerWithinMs,
            () => undefined,
          );
    const [pendingMigrations, verification] = await Promise.all([
      ask(count),
      ask(() => services.getLastVerification()),
    ]);
    return {
      ready: readiness.ready,
      recorder: { waiting, inFlight },
      pool,
      pendingMigrations,
      verification,
    };
  };
}
