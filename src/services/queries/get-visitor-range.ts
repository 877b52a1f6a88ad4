import type { RunStatement } from '../../shared/statement';
import { chooseRange } from './choose-range';
import { getBestDay } from './get-best-day';
import { getPlace } from './get-place';
import { getRangeHistory, getWholeHistory, type RangeHistory } from './get-range-history';
import { createVisitorNotFound, getVisitors, type VisitorDetail } from './get-visitors';
import type { HistoryPoint } from './history';
import type { RangeRequest, Span } from './range';

/** One visitor with the figures of a range. Bigints are text. */
export interface VisitorRange {
  readonly visitor: VisitorDetail;
  /** The range that was read. */
  readonly range: RangeRequest;
  readonly history: RangeHistory;
  readonly previous: Span | undefined;
  /** In the list by count of the range. Undefined without visits. */
  readonly place: string | undefined;
  /** The day of the calendar with the most visits of the range, the first of equal ones. Undefined without visits. */
  readonly bestDay: HistoryPoint | undefined;
  /** The visits of the range per 24 hours that have passed of it; of all visits, since the first one. */
  readonly averagePerDay: number;
  /** The end of what has passed, by the database's clock. The visitor was read a little later. */
  readonly readAt: Date;
}

const day = 86_400_000;

/**
 * Reads one visitor and the figures of a range.
 * @param asked undefined: `chooseRange` chooses.
 * @throws {DomainError} `visitor-not-found`, `too-many-points`.
 */
export async function getVisitorRange(
  run: RunStatement,
  username: string,
  asked: RangeRequest | undefined,
  timeZone: string,
): Promise<VisitorRange> {
  const { range, span, readAt } = await chooseRange(run, asked, timeZone);
  const visitor = (await getVisitors(run, [username])).get(username);
  if (!visitor) throw createVisitorNotFound(username);
  const [history, place] = await Promise.all([
    span ? getRangeHistory(run, span, visitor.id) : getWholeHistory(run, timeZone, readAt, visitor.id),
    getPlace(run, visitor.id, span),
  ]);
  const bestDay = await getBestDay(run, timeZone, history, visitor.id);
  const since = span ? span.since : (visitor.firstVisitAt ?? readAt);
  const passed = Math.min(history.until.getTime(), readAt.getTime()) - since.getTime();
  const averagePerDay = Number(history.visits) / Math.max(1, passed / day);
  return { visitor, range, history, previous: span?.previous, place, bestDay, averagePerDay, readAt };
}
