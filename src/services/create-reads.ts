import type { RunStatement } from '../shared/statement';
import { withDeadline } from '../shared/with-deadline';
import { createGroupRead } from './batching/create-group-read';
import { createSharedRead, type SharedRead } from './batching/create-shared-read';
import { createReadTimeout } from './batching/read-errors';
import { getHistory } from './queries/get-history';
import { getLastVerification } from './queries/get-last-verification';
import { getRollUpLag } from './queries/get-roll-up-lag';
import { getSummary } from './queries/get-summary';
import { getTotals } from './queries/get-totals';
import { createVisitorNotFound, getVisitors, type VisitorDetail } from './queries/get-visitors';
import type { HistoryRequest } from './queries/history';
import { listLastDays } from './queries/list-last-days';
import { listVisitors } from './queries/list-visitors';
import { listVisitorsInWindow } from './queries/list-visitors-in-window';
import type { VisitorPageRequest, VisitWindow } from './queries/visitor-page';
import { translateDatabaseError } from './translate-database-error';

/** What the reads need. */
export interface ReadDependencies {
  readonly run: RunStatement;
  /** Runs a read, or refuses it while the schema lacks a migration. */
  readonly guard: <T>(work: () => Promise<T>) => Promise<T>;
  /** Longest time to any answer, in milliseconds. */
  readonly answerWithinMs: number;
  /** Longest wait for a statement to begin, in milliseconds. */
  readonly waitWithinMs: number;
}

// At most six connections in all, so that recording keeps its own in a pool of ten.
// One statement for all names that wait costs less than several at once.
const namesAtOnce = { maxInFlight: 1, maxBatch: 500, maxWaiting: 10_000 };
const listsAtOnce = { maxInFlight: 2, maxWaiting: 1000 };
// Two reads of the log keep two cores busy.
const logReadsAtOnce = { maxInFlight: 2, maxWaiting: 1000 };

/**
 * Binds the queries to a database. Calls that ask the same question at once share one read, which begins after all of
 * them. The queries throw domain errors, and anything else only for a fault of ours.
 */
export function createReads({ run, guard, answerWithinMs, waitWithinMs }: ReadDependencies) {
  const runGuarded: RunStatement = (statement, values) => guard(() => run(statement, values));
  const groupLimits = { ...namesAtOnce, answerWithinMs, waitWithinMs };
  const totals = createGroupRead((usernames) => getTotals(runGuarded, usernames), groupLimits);
  const visitors = createGroupRead((usernames) => getVisitors(runGuarded, usernames), groupLimits);
  const lists = createSharedRead({ ...listsAtOnce, answerWithinMs });
  const logReads = createSharedRead({ ...logReadsAtOnce, answerWithinMs });

  const read = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await guard(work);
    } catch (error) {
      throw translateDatabaseError(error, 'read');
    }
  };
  const inTime = <T>(answer: Promise<T>): Promise<T> =>
    withDeadline(answer, answerWithinMs, () => {
      throw createReadTimeout();
    });
  const share = <Question extends readonly unknown[], Answer>(
    reads: SharedRead,
    query: (...question: Question) => Promise<Answer>,
  ): ((...question: Question) => Promise<Answer>) => {
    const shared = reads.share((...question: Question) => read(() => query(...question)));
    return (...question) => inTime(shared(...question));
  };

  const listAll = share(lists, (page: VisitorPageRequest) => listVisitors(run, page));
  const listInWindow = share(logReads, (page: VisitorPageRequest, window: VisitWindow) =>
    listVisitorsInWindow(run, page, window),
  );
  return {
    /** Lists visitors. With a window, only the visits in it are counted. */
    listVisitors: (page: VisitorPageRequest, window?: VisitWindow) =>
      window ? listInWindow(page, window) : listAll(page),
    /** Returns the numbers over all visitors, and a page of the list. */
    getDashboard: share(logReads, async (page: VisitorPageRequest, timeZone: string) => ({
      summary: await getSummary(run, timeZone),
      list: await listVisitors(run, page),
    })),
    /** Returns the numbers over all visitors; `today` is that of the zone. */
    getSummary: share(logReads, (timeZone: string) => getSummary(run, timeZone)),
    /**
     * Returns the visits over time of one visitor, or of all if no name is given.
     * @throws {DomainError} `visitor-not-found`, `too-many-points`.
     */
    getHistory: share(logReads, (request: HistoryRequest, username?: string) =>
      getHistory(run, request, username),
    ),
    /** Lists the visits of a visitor on the last 30 days of the zone, today last; zeros for an unknown name. */
    listLastDays: share(logReads, (username: string, timeZone: string) =>
      listLastDays(run, username, timeZone),
    ),
    /** @throws {DomainError} `visitor-not-found`. */
    async getVisitor(username: string): Promise<VisitorDetail> {
      const visitor = await visitors.read(username);
      if (!visitor) throw createVisitorNotFound(username);
      return visitor;
    },
    /** Returns a visitor's number; `0` for a name that was never counted. */
    getTotal: async (username: string) => (await totals.read(username)) ?? '0',
    /** Tells whether a name exists, with or without visits. */
    nameExists: async (username: string) => (await totals.read(username)) !== undefined,
    /** Returns the result of the last verification of the totals; undefined before the first. */
    getLastVerification: () => inTime(read(() => getLastVerification(run))),
    /** Returns how many visits are not rolled up yet. */
    getRollUpLag: () => inTime(read(() => getRollUpLag(run))),
    /** The load of the reads, for the metrics. */
    reads: sumLoad([totals, visitors, lists, logReads]),
  };
}

/** Requests or questions that wait, and statements under way. */
interface Load {
  readonly waiting: number;
  readonly inFlight: number;
}

function sumLoad(loads: readonly Load[]): Load {
  return {
    get waiting() {
      return loads.reduce((sum, { waiting }) => sum + waiting, 0);
    },
    get inFlight() {
      return loads.reduce((sum, { inFlight }) => sum + inFlight, 0);
    },
  };
}
