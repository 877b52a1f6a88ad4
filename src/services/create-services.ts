import type { Models } from '../models';
import type { RunPrepared } from '../shared/prepared-statement';
import {
  createVisitRecorder,
  type ObserveBatch,
  type VisitRecorder,
  type VisitRecorderLimits,
} from './commands/create-visit-recorder';
import { createKeyedRecorder, type RecordVisitOnce } from './commands/create-keyed-recorder';
import { countVisitorsInWindow } from './queries/count-visitors-in-window';
import { getHistory } from './queries/get-history';
import { getLastVerification, type Verification } from './queries/get-last-verification';
import { getSummary, type Summary } from './queries/get-summary';
import { getTotal } from './queries/get-total';
import { getVisitor, type VisitorDetail } from './queries/get-visitor';
import type { History, HistoryRequest } from './queries/history';
import { limitConcurrency } from './limit-concurrency';
import { listVisitors } from './queries/list-visitors';
import type { VisitorPage, VisitorPageRequest, VisitWindow } from './queries/visitor-page';
import { translateDatabaseError } from './translate-database-error';
import { DomainError } from '../shared/domain-error';
import { withDeadline } from '../shared/with-deadline';

/** What the service can do, bound to a database: all that `http` knows of it. */
export interface Services {
  readonly recorder: VisitRecorder;
  /** Records a visit under a key, so that asking again records nothing more. */
  readonly recordVisitOnce: RecordVisitOnce;
  /** Lists visitors; with a window, only the visits in it are counted. */
  listVisitors(request: VisitorPageRequest, window?: VisitWindow): Promise<VisitorPage>;
  /** What the last verification of the totals found; undefined before the first. */
  getLastVerification(): Promise<Verification | undefined>;
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
  /** Runs a read or a recording statement, or refuses it while the schema lacks a migration. */
  readonly guard?: <T>(work: () => Promise<T>) => Promise<T>;
  readonly recording: Omit<VisitRecorderLimits, 'answerWithinMs'>;
  /** Longest wait for any answer, in milliseconds. */
  readonly answerWithinMs: number;
  readonly observeBatch?: ObserveBatch;
}

// Two scans keep two cores busy; who waits behind fifty of them would only wait in vain.
const logReads = { most: 2, waiting: 50 };

// A batch holds its names until all of it is done, key by key, so it is smaller than one of visits without keys.
const keyedVisits = { maxBatch: 100, maxWaiting: 1000 };

/** Binds commands and queries to a database; whatever it throws is a domain error or a fault of ours. */
export function createServices({
  models,
  runPrepared,
  guard = (work) => work(),
  recording,
  answerWithinMs,
  observeBatch,
}: ServiceDependencies): Services {
  const readLog = limitConcurrency(logReads);
  const patience = { waitWithinMs: recording.waitWithinMs, answerWithinMs };
  const run: RunPrepared = (statement, values) => guard(() => runPrepared(statement, values));
  const read = <T>(work: () => Promise<T>): Promise<T> =>
    translate(withDeadline(guard(work), answerWithinMs, refuseLateRead));
  return {
    recorder: createVisitRecorder(run, { ...recording, ...patience }, observeBatch),
    recordVisitOnce: createKeyedRecorder(run, { ...keyedVisits, ...patience }, observeBatch),
    listVisitors: (request, window) =>
      read(() =>
        window
          ? readLog(() => countVisitorsInWindow(models, request, window))
          : listVisitors(models, request),
      ),
    getLastVerification: () => read(() => getLastVerification(runPrepared)),
    getVisitor: (username) => read(() => getVisitor(models, username)),
    getTotal: (username) => read(() => getTotal(models, username)),
    getHistory: (request, username) => read(() => readLog(() => getHistory(models, request, username))),
    getSummary: (timeZone) => read(() => readLog(() => getSummary(models, timeZone))),
  };
}

async function translate<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw translateDatabaseError(error, 'read');
  }
}

function refuseLateRead(): never {
  throw new DomainError('database-unavailable', 'The database did not answer in time. Ask again.');
}
