import type { Sequelize } from 'sequelize';
import { replaceConnections } from '../db/give-up-connections';
import { findSequencesBehind, findUnmetPreconditions } from '../db/preconditions/find-unmet-preconditions';
import type { ReadinessFault } from '../shared/readiness';
import type { ReadinessCode } from '../shared/readiness-faults';
import type { RunStatement } from '../shared/statement';
import { describePending, type SchemaGate } from './schema-gate';

// Sequences fall behind only by work on the database, and looking at them may wait for locks on the tables.
const sequencesEveryMs = 60_000;

// "footfall migrate up" corrects these, so pending migrations are the reason to name.
const broughtByMigrations: ReadonlySet<ReadinessCode> = new Set([
  'database-collation',
  'database-privileges',
  'database-schema',
]);

/** What the database must be asked through. */
export interface FaultSources {
  readonly run: RunStatement;
  readonly sequelize: Sequelize;
  readonly gate: Pick<SchemaGate, 'readPending'>;
  /** Says whether a pooler breaks what the service needs. */
  readonly findPoolerFault: () => Promise<ReadinessFault | undefined>;
}

/**
 * Creates the function that asks the database whether the service can record, and returns the first reason why not.
 * It rejects if the database cannot be asked.
 */
export function createFaultFinder({
  run,
  sequelize,
  gate,
  findPoolerFault,
}: FaultSources): () => Promise<ReadinessFault | undefined> {
  const findSequenceFault = createSequenceCheck(run);
  return async () => {
    const lost = await findPoolerFault();
    if (lost) return lost;
    const [unmet] = await findUnmetPreconditions(run, 'serve');
    if (unmet?.code === 'database-read-only') replaceConnections(sequelize);
    if (unmet && !broughtByMigrations.has(unmet.code)) return unmet;
    return describePending(await gate.readPending()) ?? unmet ?? findSequenceFault();
  };
}

/** Looks at the sequences at the first call, while one is behind, and then once a minute beside the call. */
function createSequenceCheck(run: RunStatement): () => Promise<ReadinessFault | undefined> {
  let fault: ReadinessFault | undefined;
  let checkedAt = -Infinity;
  const check = async (): Promise<void> => {
    checkedAt = performance.now();
    // A failure, such as a lock timeout, says nothing about the sequences.
    fault = await findSequencesBehind(run).catch(() => fault);
  };
  return async () => {
    if (fault || checkedAt === -Infinity) await check();
    else if (performance.now() - checkedAt > sequencesEveryMs) void check();
    return fault;
  };
}
