import type { Models } from '../models';
import type { RunStatement } from '../shared/statement';
import type { BatchQueueLimits } from './batching/create-batch-queue';
import { createVisitRecorder, type ObserveBatch } from './commands/recording/create-visit-recorder';
import { createNameLookup } from './create-name-lookup';
import { limitConcurrency } from './limit-concurrency';
import { countVisitorsInWindow } from './queries/count-visitors-in-window';
import { getHistory } from './queries/get-history';
import { getLastVerification } from './queries/get-last-verification';
import { getSummary } from './queries/get-summary';
import { getTotal } from './queries/get-total';
import { getVisitor } from './queries/get-visitor';
import type { HistoryRequest } from './queries/history';
import { listVisitors } from './queries/list-visitors';
import type { VisitorPageRequest, VisitWindow } from './queries/visitor-page';
import { translateDatabaseError } from './translate-database-error';
import { DomainError } from '../shared/domain-error';
import { withDeadline } from '../shared/with-deadline';

/** What the services need. */
export interface ServiceDependencies {
  readonly models: Models;
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

// Two scans of the log keep two cores busy. A 51st that waits would time out anyway.
const logReadLimits = { most: 2, waiting: 50 };

/** Binds commands and queries to a database. They throw domain errors, and anything else only for a fault of ours. */
export function createServices({
  models,
  run,
  recording,
  answerWithinMs,
  observeBatch,
  guard = (work) => work(),
}: ServiceDependencies) {
  const runGuarded: RunStatement = (statement, values) => guard(() => run(statement, values));
  const limitLogReads = limitConcurrency(logReadLimits);
  const read = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await withDeadline(guard(work), answerWithinMs, refuseLateRead);
    } catch (error) {
      throw translateDatabaseError(error, 'read');
    }
  };
  const readLog = <T>(work: () => Promise<T>): Promise<T> => read(() => limitLogReads(work));
  const recorder = createVisitRecorder(runGuarded, { ...recording, answerWithinMs }, observeBatch);
  return {
    /** Records a visit; see `VisitRecorder`. */
    recordVisit: recorder.recordVisit,
    /** Tells whether a name exists, with or without visits. */
    nameExists: createNameLookup(runGuarded, { ...recording, answerWithinMs }),
    /** The load of the recorder, for the metrics. */
    recorder: recorder as Pick<typeof recorder, 'waiting' | 'inFlight'>,
    /** Lists visitors. With a window, only the visits in it are counted. */
    listVisitors: (request: VisitorPageRequest, window?: VisitWindow) =>
      window
        ? readLog(() => countVisitorsInWindow(models, request, window))
        : read(() => listVisitors(models, request)),
    /** Returns the result of the last verification of the totals; undefined before the first. */
    getLastVerification: () => read(() => getLastVerification(run)),
    /** @throws {DomainError} `visitor-not-found`. */
    getVisitor: (username: string) => read(() => getVisitor(models, username)),
    /** Returns a visitor's number; `0` for a name that was never counted. */
    getTotal: (username: string) => read(() => getTotal(models, username)),
    /**
     * Returns the visits over time of one visitor, or of all if no name is given.
     * @throws {DomainError} `visitor-not-found`, `too-many-points`.
     */
    getHistory: (request: HistoryRequest, username?: string) =>
      readLog(() => getHistory(models, run, request, username)),
    /** Returns the numbers over all visitors; `today` is that of the zone. */
    getSummary: (timeZone: string) => readLog(() => getSummary(run, timeZone)),
  };
}

function refuseLateRead(): never {
  throw new DomainError('database-unavailable', 'The database did not answer in time. Ask again.');
}
