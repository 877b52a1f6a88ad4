import type { RunStatement } from '../../shared/statement';
import { chooseRange } from './choose-range';
import type { RangeHistory } from './get-range-history';
import { getRangeSummary, type RangeSummary } from './get-range-summary';
import { listSparks, type Spark } from './list-sparks';
import { listVisitors } from './list-visitors';
import { listVisitorsInWindow } from './list-visitors-in-window';
import type { Chart, RangeRequest } from './range';
import type { VisitorPage, VisitorPageRequest } from './visitor-page';

/** What the dashboard shows of a range. */
export interface Dashboard extends RangeSummary {
  readonly list: VisitorPage;
  /** The range that was read. */
  readonly range: RangeRequest;
  /** By the id of the visitor, for the visitors of the list with visits in the range. */
  readonly sparks: ReadonlyMap<string, Spark>;
}

/** On a longer page, the sparks would cost more than the list. */
const mostSparks = 100;

/**
 * Reads the numbers over all visitors, their visits over time and a page of the list, for one range.
 * @param asked undefined: `chooseRange` chooses.
 * @throws {DomainError} `too-many-points`.
 */
export async function getDashboard(
  run: RunStatement,
  page: VisitorPageRequest,
  asked: RangeRequest | undefined,
  timeZone: string,
): Promise<Dashboard> {
  const { range, span, readAt } = await chooseRange(run, asked, timeZone);
  const whenSummed = getRangeSummary(run, range, timeZone, readAt);
  const whenListed = span ? listVisitorsInWindow(run, page, span) : listVisitors(run, page);
  const drawSparks = async (): Promise<Dashboard['sparks']> => {
    const { visitors } = await whenListed;
    const ids = visitors.slice(0, mostSparks).map(({ id }) => id);
    // The points of a range are known before they are counted.
    return listSparks(run, span ?? toChart((await whenSummed).history), ids);
  };
  const [summary, list, sparks] = await Promise.all([whenSummed, whenListed, drawSparks()]);
  return { ...summary, range, list, sparks };
}

function toChart({ since, until, points }: RangeHistory): Chart {
  return { since, until, starts: points.map(({ start }) => start) };
}
