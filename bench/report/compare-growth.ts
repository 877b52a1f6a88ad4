import { growths, seriesTitles } from '../growth/growth-series';
import { getLargest, getMedian } from '../load/statistics';
import { atMost } from './judge';
import type { Figure, GrowthName, GrowthResult, GrowthSeries, GrowthStage } from './report';
import { takeRatios } from './select-runs';

// These have had a stricter target than the others since the totals.
const strict: readonly GrowthSeries[] = ['list', 'top', 'visitor', 'record'];
const notReads: readonly GrowthSeries[] = ['record', 'groupBy', 'verify', 'rebuild'];

/** Computes the figures about growth: latency at the largest size ÷ at the smallest. */
export function compareGrowth(results: readonly GrowthResult[]): Figure[] {
  return growths.flatMap(({ name, unit }) => {
    const stages = results.find((result) => result.name === name)?.stages ?? [];
    const [smallest, largest] = [stages[0], stages.at(-1)];
    const sizes = smallest && largest ? ` at ${show(largest)} ÷ at ${show(smallest)} ${unit}` : '';
    const ratiosOf = (series: GrowthSeries): number[] =>
      takeRatios(largest?.medianMs[series] ?? [], smallest?.medianMs[series] ?? []);
    const figures = [
      ...(name === 'growth'
        ? strict.map((series) =>
            atMost(1.3, `${seriesTitles[series]}${sizes}, median latency`, ratiosOf(series)),
          )
        : []),
      ...compareReads(name, stages, sizes, ratiosOf),
      ...(name === 'growth' ? compareTotals(largest) : []),
    ];
    const target = unit === 'names' ? 1_000_000 : 10_000_000;
    if (!largest || largest.size >= target) return figures;
    return figures.map((figure) => ({
      ...figure,
      note: [figure.note, `\`--large\` goes to ${target.toLocaleString('en')}`].filter(Boolean).join('; '),
    }));
  });
}

/** The read that grows most, and the slowest read at any size. */
function compareReads(
  name: GrowthName,
  stages: readonly GrowthStage[],
  sizes: string,
  ratiosOf: (series: GrowthSeries) => number[],
): Figure[] {
  const kind = { growth: 'in order of time', 'growth-shuffled': 'shuffled', 'growth-names': 'over names' }[
    name
  ];
  const reads = (Object.keys(stages[0]?.medianMs ?? {}) as GrowthSeries[]).filter(
    (series) => !notReads.includes(series),
  );
  const [worst] = reads.toSorted(
    (one, other) => (getMedian(ratiosOf(other)) ?? 0) - (getMedian(ratiosOf(one)) ?? 0),
  );
  const medians = stages.flatMap((stage) =>
    reads.map((series) => getMedian(stage.medianMs[series] ?? []) ?? null),
  );
  const growing = atMost(
    1.5,
    `the read that grows most, ${kind}${sizes}, median latency`,
    worst ? ratiosOf(worst) : null,
  );
  return [
    worst ? { ...growing, note: seriesTitles[worst] } : growing,
    atMost(50, `the slowest read, ${kind}, at any size, median latency`, getLargest(medians), 'ms'),
  ];
}

/** What is read to prove every number, beside one group-by over the same log. */
function compareTotals(largest: GrowthStage | undefined): Figure[] {
  return (['verify', 'rebuild'] as const).map((command) =>
    atMost(
      3,
      `${seriesTitles[command]}${largest ? ` at ${show(largest)} events` : ''} ÷ group-by over the log, duration`,
      takeRatios(largest?.medianMs[command] ?? [], largest?.medianMs.groupBy ?? []),
    ),
  );
}

function show({ size }: GrowthStage): string {
  return size.toLocaleString('en');
}
