import type { RunStatement } from '../../shared/statement';
import { countVisitors } from './count-visitors';
import { getDatabaseTime } from './get-database-time';
import { getRangeHistory, getWholeHistory, type RangeHistory } from './get-range-history';
import { getSummary, type Summary } from './get-summary';
import { resolveRange, type RangeRequest, type Span } from './range';

/** Visits and visitors of a span. Bigints are text. */
export interface SpanFigures extends Span {
  readonly visits: string;
  /** Visitors with a visit in it. */
  readonly visitors: string;
}

/** The numbers over all visitors, those of a range, and the visits of the range over time. */
export interface RangeSummary {
  readonly summary: Summary;
  /** Undefined for all visits: the summary has their figures. */
  readonly figures: SpanFigures | undefined;
  readonly previous: SpanFigures | undefined;
  readonly history: RangeHistory;
  readonly readAt: Date;
}

/**
 * Reads the numbers over all visitors and those of a range. The visits of the range are the sum of its history.
 * @throws {DomainError} `too-many-points`.
 */
export async function getRangeSummary(
  run: RunStatement,
  request: RangeRequest,
  timeZone: string,
  at?: Date,
): Promise<RangeSummary> {
  const readAt = at ?? (await getDatabaseTime(run));
  const range = resolveRange(request, timeZone, readAt);
  if (!range) {
    const [summary, history] = await Promise.all([
      getSummary(run, timeZone, readAt),
      getWholeHistory(run, timeZone, readAt, undefined),
    ]);
    return { summary, figures: undefined, previous: undefined, history, readAt };
  }
  const { since, until, previous } = range;
  const [summary, history, visitors, before] = await Promise.all([
    getSummary(run, timeZone, readAt),
    getRangeHistory(run, range, undefined),
    countVisitors(run, range),
    previous ? countVisitors(run, previous) : '0',
  ]);
  return {
    summary,
    figures: { since, until, visits: history.visits, visitors },
    previous: previous && { ...previous, visits: history.previous ?? '0', visitors: before },
    history,
    readAt,
  };
}
