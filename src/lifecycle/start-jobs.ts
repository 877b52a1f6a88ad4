import type { Settings } from '../config/settings';
import { removeOldSalts } from '../services/commands/recording/client-salts';
import { removeOldClients } from '../services/commands/recording/remove-old-clients';
import { pruneIdempotencyKeys } from '../services/commands/recording/record-visits-once';
import { createRetirePart } from '../services/commands/retiring/retire-visits';
import { createRollUpPart } from '../services/commands/rolling/roll-up-visits';
import type { Logger } from '../shared/logger';
import type { RunStatement } from '../shared/statement';
import type { SchemaGate } from './schema-gate';
import { startJob, type Job } from './start-job';

// Small enough to end long before the statement timeout and to delay no visit.
const keysAtOnce = 1000;
const visitsAtOnce = 5000;
const retryMs = 10_000;
const hourMs = 3_600_000;

/** Starts what the service does by itself: it removes old keys and salts, rolls up the log and retires old visits. */
export function startJobs(
  run: RunStatement,
  { guard }: Pick<SchemaGate, 'guard'>,
  { keyPruneIntervalMs, rollUpIntervalMs, retainMonths }: Settings['recording'],
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
        if ((await guard(() => removeOldClients(run, keysAtOnce))) === keysAtOnce) return true;
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
  if (retainMonths !== undefined) {
    const retirePart = createRetirePart(run, retainMonths);
    jobs.push(
      startJob({
        work: () => guard(retirePart),
        everyMs: hourMs,
        report: warn(
          'visits were not retired; the next round tries again. If the service has a role of its own, ' +
            'run "footfall visits retain" as the owner instead of RETAIN_MONTHS',
        ),
      }),
    );
  }
  return {
    async stop() {
      await Promise.all(jobs.map((job) => job.stop()));
    },
  };
}
