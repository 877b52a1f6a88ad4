import type { Models } from '../models';
import type { RunPrepared } from '../shared/prepared-statement';
import {
  createVisitRecorder,
  type ObserveBatch,
  type VisitRecorder,
  type VisitRecorderLimits,
} from './commands/create-visit-recorder';
import { recordVisitOnce, type KeyedVisit } from './commands/record-visit-once';
import { countVisitorsInWindow } from './queries/count-visitors-in-window';
import { getHistory } from './queries/get-history';
import { getSummary, type Summary } from './queries/get-summary';
import { getTotal } from './queries/get-total';
import { getVisitor, type VisitorDetail } from './queries/get-visitor';
import type { History, HistoryRequest } from './queries/history';
import { limitConcurrency } from './limit-concurrency';
import { readDrift } from './queries/read-drift';
import { listVisitors } from './queries/list-visitors';
import type { VisitorPage, VisitorPageRequest, VisitWindow } from './queries/visitor-page';
import { translateDatabaseError } from './translate-database-error';

/** What the service can do, bound to a database: all that `http` knows of it. */
export interface Services {
  readonly recorder: VisitRecorder;
  /**
   * Appends one visit unless the key has recorded one within a day, and answers with the visit that stands for the key.
   * @throws {DomainError} as the recorder does, and `idempotency-key-reused`.
   */
  recordVisitOnce(key: string, username: string): Promise<KeyedVisit>;
  /** Lists visitors; with a window, only the visits in it are counted. */
  listVisitors(request: VisitorPageRequest, window?: VisitWindow): Promise<VisitorPage>;
  /** Visitors whose total differed from the log when last verified; undefined before the first time. */
  readDrift(): Promise<number | undefined>;
  /** @throws {DomainError} `visitor-not-found`. */
  getVisitor(username: string): Promise<VisitorDetail>;
  /** Reads a visitor's number; `0` for who was never counted. */
  getTotal(username: string): Promise<string>;
  /**
   * Reads the visits over time of one visitor, or of all without a name.
   * @throws {DomainError} `visitor-not-found`, `too-many-points`, `unknown-time-zone`.
   */
  getHistory(request: HistoryRequest, username?: string): Promise<History>;
  /** @throws {DomainError} `unknown-time-zone`. */
  getSummary(timeZone: string): Promise<Summary>;
}

/** What the services stand on. */
export interface ServiceDependencies {
  readonly models: Models;
  readonly runPrepared: RunPrepared;
  readonly recording: VisitRecorderLimits;
  readonly observeBatch?: ObserveBatch;
}

// Two scans keep two cores busy; who waits behind fifty of them would only wait in vain.
const logReads = {
  most: 2,
  waiting: 50,
  refusal: 'Too many reads of the log are waiting. Ask again.',
};

// Visits with a key are not batched, so a line moves by a commit each. Who waits a second for a turn and then for as
// long as a statement may take is still answered in the time of any other request.
const keyedVisits = {
  waiting: 1000,
  waitMs: 1000,
  refusal: 'Too many visits with a key are waiting; nothing was recorded. Ask again with the same key.',
};

/** Binds commands and queries to a database; whatever it throws is a domain error or a fault of ours. */
export function createServices({
  models,
  runPrepared,
  recording,
  observeBatch,
}: ServiceDependencies): Services {
  const readLog = limitConcurrency(logReads);
  const recordKeyed = limitConcurrency({ most: recording.maxInFlight, ...keyedVisits });
  return {
    recorder: createVisitRecorder(runPrepared, recording, observeBatch),
    recordVisitOnce: async (key, username) => {
      const visit = await translating(recordKeyed(() => recordVisitOnce(runPrepared, key, username)));
      if (!visit.replayed) observeBatch?.(1);
      return visit;
    },
    listVisitors: (request, window) =>
      translating(
        window
          ? readLog(() => countVisitorsInWindow(models, request, window))
          : listVisitors(models, request),
      ),
    readDrift: () => translating(readDrift(runPrepared)),
    getVisitor: (username) => translating(getVisitor(models, username)),
    getTotal: (username) => translating(getTotal(models, username)),
    getHistory: (request, username) => translating(readLog(() => getHistory(models, request, username))),
    getSummary: (timeZone) => translating(readLog(() => getSummary(models, timeZone))),
  };
}

async function translating<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw translateDatabaseError(error);
  }
}
