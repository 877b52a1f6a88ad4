import type { Settings } from '../config/settings';
import { removeOldSalts } from '../services/commands/recording/client-salts';
import { pruneIdempotencyKeys } from '../services/commands/recording/record-visits-once';
import { createRollUpPart } from '../services/commands/rolling/roll-up-visits';
import type { Logger } from '../shared/logger';
import type { RunStatement } from '../shared/statement';
import type { SchemaGate } from './schema-gate';
import { startJob, type Job } from './start-job';

// Small enough to end long before the statement timeout and to delay no visit.
const keysAtOnce = 1000;
const visitsAtOnce = 5000;
const retryMs = 10_000;

/** Starts what the service does by itself: it removes old keys and salts and rolls up the log. */
export function startJobs(
  run: RunStatement,
  { guard }: Pick<SchemaGate, 'guard'>,
  { keyPruneIntervalMs, rollUpIntervalMs }: Settings['recording'],
  logger: Logger,
): Job {
  const warn =
    (message: string) =>
    (error: unknown): void => {
      logger.warn({ err: error }, message);
    };
  const rollUpPart = createRollUpPart(run, visitsAtOnce);
  const jobs = [
    startJob({
      work: async () => {
        if ((await guard(() => pruneIdempotencyKeys(run, keysAtOnce))) === keysAtOnce) return true;
        await guard(() => removeOldSalts(run));
        return false;
      },
      everyMs: keyPruneIntervalMs,
      report: warn('old keys and salts were not removed; the next round tries again'),
    }),
    startJob({
      work: () => guard(rollUpPart),
      everyMs: rollUpIntervalMs,
      retryMs: Math.max(retryMs, rollUpIntervalMs),
      report: warn('visits were not rolled up, so reads over time are slower; the next round tries again'),
    }),
  ];
  return {
    async stop() {
      await Promise.all(jobs.map((job) => job.stop()));
    },
  };
}
