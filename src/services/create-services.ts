import type { RunStatement } from '../shared/statement';
import type { BatchQueueLimits } from './batching/batch-queue-options';
import { createVisitRecorder } from './commands/recording/create-visit-recorder';
import type { ObserveBatch } from './commands/recording/recording-context';
import { createReads } from './create-reads';
import { createAnnouncer } from './live/create-announcer';
import { createLiveNumbers, type Listen } from './live/create-live-numbers';

/** What the services need. */
export interface ServiceDependencies {
  readonly run: RunStatement;
  readonly recording: Omit<BatchQueueLimits, 'answerWithinMs'>;
  /** Longest time to any answer, in milliseconds. */
  readonly answerWithinMs: number;
  readonly observeBatch?: ObserveBatch;
  /** Runs a read or a recording statement, or refuses it while the schema lacks a migration. */
  readonly guard?: <T>(work: () => Promise<T>) => Promise<T>;
  /** Listens to what other processes announce. */
  readonly listen?: Listen;
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
  listen,
}: ServiceDependencies) {
  const runGuarded: RunStatement = (statement, values) => guard(() => run(statement, values));
  const { announce } = createAnnouncer(run);
  const limits = { ...recording, answerWithinMs };
  const recorder = createVisitRecorder(runGuarded, limits, observeBatch, undefined, announce);
  const reads = createReads({ run, guard, answerWithinMs, waitWithinMs: recording.waitWithinMs });
  return {
    /** Records a visit; see `VisitRecorder`. */
    recordVisit: recorder.recordVisit,
    /** Records a visit once per client; see `VisitRecorder`. */
    recordVisitOnce: recorder.recordVisitOnce,
    /** The load of the recorder, for the metrics. */
    recorder: recorder as Pick<typeof recorder, 'waiting' | 'inFlight'>,
    /** Numbers that move. Stop them before the servers are closed. */
    live: createLiveNumbers({ getVisitor: reads.getVisitor, getOverview: reads.getOverview, listen }),
    ...reads,
  };
}
