import type { RunStatement } from '../shared/statement';
import type { BatchQueueLimits } from './batching/batch-queue-options';
import { createVisitRecorder } from './commands/recording/create-visit-recorder';
import type { ObserveBatch } from './commands/recording/recording-context';
import { createReads } from './create-reads';

/** What the services need. */
export interface ServiceDependencies {
  readonly run: RunStatement;
  readonly recording: Omit<BatchQueueLimits, 'answerWithinMs'>;
  /** Longest time to any answer, in milliseconds. */
  readonly answerWithinMs: number;
  readonly observeBatch?: ObserveBatch;
  /** Runs a read or a recording statement, or refuses it while the schema lacks a migration. */
  readonly guard?: <T>(work: () => Promise<T>) => Promise<T>;
}

/** The commands and queries of the service, bound to a database: all that `http` knows of it. */
export type Services = ReturnType<typeof createServices>;

/** Binds commands and queries to a database. They throw domain errors, and anything else only for a fault of ours. */
export function createServices({
  run,
  recording,
  answerWithinMs,
  observeBatch,
  guard = (work) => work(),
}: ServiceDependencies) {
  const runGuarded: RunStatement = (statement, values) => guard(() => run(statement, values));
  const recorder = createVisitRecorder(runGuarded, { ...recording, answerWithinMs }, observeBatch);
  return {
    /** Records a visit; see `VisitRecorder`. */
    recordVisit: recorder.recordVisit,
    /** Records a visit once per client; see `VisitRecorder`. */
    recordVisitOnce: recorder.recordVisitOnce,
    /** The load of the recorder, for the metrics. */
    recorder: recorder as Pick<typeof recorder, 'waiting' | 'inFlight'>,
    ...createReads({ run, guard, answerWithinMs, waitWithinMs: recording.waitWithinMs }),
  };
}
