import {
  listVisitorRanges,
  type RangeLimits,
  type VisitorRange,
} from '../../services/queries/list-visitor-ranges';
import { showProgress } from '../show-progress';
import type { Verification } from './verify-totals';

/** Compares or corrects the counts over time of a range of visitors, or of all together. Returns how many differed. */
export type CheckCounts = (run: Verification['run'], range?: VisitorRange) => Promise<number>;

// The roll-up waits while some are corrected: less than a second.
const atOnce: RangeLimits = { visitors: 1000, visits: 50_000 };

/**
 * Goes through all counts over time, with a progress bar unless the output is JSON, whose line has begun. Returns how
 * many differed.
 */
export async function checkCounts(
  { run, write }: Verification,
  check: CheckCounts,
  { json }: { readonly json?: true },
): Promise<number> {
  const options = { unit: 'visitors', countTotal: () => countVisitors(run), write };
  const progress = json ? undefined : await showProgress(options);
  let differed = 0;
  try {
    for await (const range of listVisitorRanges(run, atOnce)) {
      differed += await check(run, range);
      progress?.add(range.visitors);
    }
    return differed + (await check(run));
  } finally {
    progress?.stop();
  }
}

async function countVisitors(run: Verification['run']): Promise<number> {
  const [row] = await run<{ visitors: string }>({ text: 'SELECT count(*) AS visitors FROM visitors' }, []);
  return Number(row?.visitors ?? 0);
}
