import type { RunStatement } from '../shared/statement';
import { createGroupRead } from './batching/create-group-read';
import { createSharedRead } from './batching/create-shared-read';
import { limitStatements } from './batching/limit-statements';
import { createReadRunner, type Guard } from './create-read-runner';
import { getDashboard } from './queries/get-dashboard';
import { getHistory } from './queries/get-history';
import { getLastVerification } from './queries/get-last-verification';
import { getOverview } from './queries/get-overview';
import { getRangeSummary } from './queries/get-range-summary';
import { getRollUpLag } from './queries/get-roll-up-lag';
import { getSummary } from './queries/get-summary';
import { getTotals } from './queries/get-totals';
import { getVisitorRange } from './queries/get-visitor-range';
import { createVisitorNotFound, getVisitors, type VisitorDetail } from './queries/get-visitors';
import type { HistoryRequest } from './queries/history';
import { listLastDays } from './queries/list-last-days';
import { listVisitors } from './queries/list-visitors';
import { listVisitorsInWindow } from './queries/list-visitors-in-window';
import type { RangeRequest } from './queries/range';
import type { VisitorPageRequest, VisitWindow } from './queries/visitor-page';

/** What the reads need. */
export interface ReadDependencies {
  readonly run: RunStatement;
  /** Runs a read, or refuses it while the schema lacks a migration. */
  readonly guard: Guard;
  /** Longest time to any answer, in milliseconds. */
  readonly answerWithinMs: number;
  /** Longest wait for a statement to begin, in milliseconds. */
  readonly waitWithinMs: number;
}

// At most eight connections in all, so that recording keeps its own in a pool of ten.
// One statement for all names that wait costs less than several at once.
const namesAtOnce = { maxInFlight: 1, maxBatch: 500, maxWaiting: 10_000 };
// Two reads at once keep two cores busy. A longer rest serves no more callers.
const sharedAtOnce = { maxInFlight: 2, maxWaiting: 1000, restShare: 1 / 8 };
// A read of a page has statements that run together.
const logStatementsAtOnce = 4;

/**
 * Binds the queries to a database. Calls that ask the same question at once share one read, which begins after all of
 * them. The queries throw domain errors, and anything else only for a fault of ours.
 */
export function createReads({ run, guard, answerWithinMs, waitWithinMs }: ReadDependencies) {
  const runGuarded: RunStatement = (statement, values) => guard(() => run(statement, values));
  const groupLimits = { ...namesAtOnce, answerWithinMs, waitWithinMs };
  const totals = createGroupRead((usernames) => getTotals(runGuarded, usernames), groupLimits);
  const visitors = createGroupRead((usernames) => getVisitors(runGuarded, usernames), groupLimits);
  const lists = createSharedRead({ ...sharedAtOnce, answerWithinMs });
  const runTogether = limitStatements(run, logStatementsAtOnce);
  const logReads = createSharedRead({ ...sharedAtOnce, answerWithinMs });

  const { read, inTime, share } = createReadRunner(guard, answerWithinMs);

  const listAll = share(lists, (page: VisitorPageRequest) => listVisitors(run, page));
  const listInWindow = share(logReads, (page: VisitorPageRequest, window: VisitWindow) =>
    listVisitorsInWindow(runTogether, page, window),
  );
  return {
    /** Lists visitors. With a window, only the visits in it are counted. */
    listVisitors: (page: VisitorPageRequest, window?: VisitWindow) =>
      window ? listInWindow(page, window) : listAll(page),
    /** @throws {DomainError} `too-many-points`. */
    getDashboard: share(
      logReads,
      (page: VisitorPageRequest, range: RangeRequest | undefined, timeZone: string) =>
        getDashboard(runTogether, page, range, timeZone),
    ),
    /** @throws {DomainError} `too-many-points`. */
    getRangeSummary: share(logReads, (range: RangeRequest, timeZone: string) =>
      getRangeSummary(runTogether, range, timeZone),
    ),
    /** @throws {DomainError} `visitor-not-found`, `too-many-points`. */
    getVisitorRange: share(logReads, (username: string, range: RangeRequest | undefined, timeZone: string) =>
      getVisitorRange(runTogether, username, range, timeZone),
    ),
    /** Returns the numbers over all visitors; `today` is that of the zone. */
    getSummary: share(logReads, (timeZone: string) => getSummary(runTogether, timeZone)),
    /** Returns the sums over all visitors, and the numbers of those with these ids. */
    getOverview: share(logReads, (ids: readonly string[]) => getOverview(run, ids)),
    /**
     * Returns the visits over time of one visitor, or of all if no name is given.
     * @throws {DomainError} `visitor-not-found`, `too-many-points`.
     */
    getHistory: share(logReads, (request: HistoryRequest, username?: string) =>
      getHistory(runTogether, request, username),
    ),
    /** Lists the visits of a visitor on the last 30 days of the zone, today last; zeros for an unknown name. */
    listLastDays: share(logReads, (username: string, timeZone: string) =>
      listLastDays(runTogether, username, timeZone),
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
