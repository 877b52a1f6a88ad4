import type { RunStatement } from '../../shared/statement';
import { getDatabaseTime } from './get-database-time';
import { getSums } from './get-summary';
import { resolveRange, type RangeRequest, type ResolvedRange } from './range';

/** The range that a page shows. */
export interface ChosenRange {
  readonly range: RangeRequest;
  /** Undefined for all visits. */
  readonly span: ResolvedRange | undefined;
  /** The time of the database, which is the end of what has passed. */
  readonly readAt: Date;
}

/** Only the list of all visits costs the same for any number of names. */
const mostNames = 10_000;

/**
 * Chooses the range of a page: the one that was asked for, else the last 30 days, or all visits if there are many names.
 * @throws {DomainError} `too-many-points`.
 */
export async function chooseRange(
  run: RunStatement,
  asked: RangeRequest | undefined,
  timeZone: string,
): Promise<ChosenRange> {
  const [readAt, range] = await Promise.all([getDatabaseTime(run), asked ?? chooseDefault(run)]);
  return { range, span: resolveRange(range, timeZone, readAt), readAt };
}

async function chooseDefault(run: RunStatement): Promise<RangeRequest> {
  const { visitors } = await getSums(run);
  return { key: Number(visitors) > mostNames ? 'all' : '30d' };
}
