import type { Sequelize } from 'sequelize';
import { readPool } from '../db/read-pool';
import type { Readings } from '../metrics/readings';
import type { Services } from '../services/create-services';
import type { CheckReadiness } from '../shared/readiness';
import { withDeadline } from '../shared/with-deadline';
import type { SchemaGate } from './schema-gate';

const answerWithinMs = 1000;

/** The sources of the readings. */
export interface ReadingSources {
  readonly services: Pick<Services, 'recorder' | 'reads' | 'getLastVerification' | 'getRollUpLag'>;
  readonly sequelize: Sequelize;
  readonly gate: Pick<SchemaGate, 'readPending'>;
  readonly checkReadiness: CheckReadiness;
}

/**
 * Creates the function that reads the values of the gauges. It never rejects and takes at most two seconds:
 * values that the database does not deliver in time are undefined.
 */
export function createReadings({
  services,
  sequelize,
  gate,
  checkReadiness,
}: ReadingSources): () => Promise<Readings> {
  return async () => {
    // The queue and the pool come first, because asking the database takes connections from that pool.
    const recorder = readLoad(services.recorder);
    const reads = readLoad(services.reads);
    const pool = readPool(sequelize);
    const readiness = await checkReadiness();
    // Neither holds for an unmet precondition: the database has answered then.
    const silent =
      !readiness.ready && (readiness.cause !== undefined || readiness.code === 'database-timeout');
    const ask = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
      if (silent) return undefined;
      const answer = work().catch(() => undefined);
      return withDeadline<T | undefined>(answer, answerWithinMs, () => undefined);
    };
    const [pending, verification, rollUpLag] = await Promise.all([
      ask(gate.readPending),
      ask(() => services.getLastVerification()),
      ask(() => services.getRollUpLag()),
    ]);
    return {
      notReady: readiness.ready ? undefined : readiness.code,
      recorder,
      reads,
      pool,
      pendingMigrations: pending?.length,
      verification,
      rollUpLag,
    };
  };
}

// The sources change while the database is asked.
function readLoad({ waiting, inFlight }: Services['reads']): Services['reads'] {
  return { waiting, inFlight };
}
