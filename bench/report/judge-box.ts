import { getLargest } from '../load/statistics';
import { atLeast, atMost } from './judge';
import type { Figure, RunResult, WorkloadResult } from './report';
import { selectRuns, takeRatios } from './select-runs';

// What the article about the original reports for such a host.
const perSecondOfArticle = 25;

/** Computes the figures of a host with one core and 1 GiB. */
export function judgeBox(workloads: readonly WorkloadResult[]): Figure[] {
  const title = 'record, hot name, one core and 1 GiB, the database 15 ms away';
  const runs = selectRuns(workloads, 'box', 'box');
  const rates = runs.map(({ perSecond }) => perSecond);
  const original = selectRuns(workloads, 'box', 'box-original').map(({ perSecond }) => perSecond);
  return [
    atLeast(
      250,
      `${title} ÷ the article’s ${perSecondOfArticle}, requests/s`,
      rates.map((rate) => rate / perSecondOfArticle),
    ),
    atLeast(20, `${title} ÷ the original’s way, requests/s`, takeRatios(rates, original)),
    atMost(400, `${title}: memory of nginx and two replicas`, getLargest(runs.map(sumMemory)), 'MiB'),
  ];
}

/** The sum over the containers; null if one is not known. */
function sumMemory({ peakMemoryMiB }: RunResult): number | null {
  return peakMemoryMiB.reduce<number | null>(
    (sum, value) => (sum === null || value === null ? null : sum + value),
    peakMemoryMiB.length === 0 ? null : 0,
  );
}
