import { seriesTitles } from '../growth/growth-series';
import { getLargest, getMedian, roundTo } from '../load/statistics';
import type {
  BenchReport,
  ContenderResult,
  Figure,
  GrowthResult,
  GrowthSeries,
  WorkloadResult,
} from './report';
import { takeMedian, type Metric } from './select-runs';

/** Renders a report as Markdown: figures with targets, then workloads, then growth. */
export function renderMarkdown(report: BenchReport): string {
  const { machine, node, postgres, durability, revision, date, options } = report;
  const sections = [
    '# Bench',
    `${date.slice(0, 10)}, ${revision ? `commit \`${revision}\`` : 'outside a git checkout'}: ` +
      `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB; Node ${node}, PostgreSQL ${postgres}, ` +
      `fsync ${durability.fsync}, synchronous_commit ${durability.synchronousCommit}. ` +
      `Rounds: ${String(options['rounds'])}; a value is the median of its rounds, a ratio the median of the ratios ` +
      'of its rounds, followed by the smallest and the largest. ' +
      'Load, services and database share the cores, so only ratios can be compared with other machines. ' +
      '[docs/bench.md](../../docs/bench.md) explains each figure.',
    '## Figures and targets',
    renderTable(['figure', 'target', 'measured', 'rounds', ''], report.figures.map(toFigureRow)),
    ...report.workloads.flatMap(renderWorkload),
    ...report.growth.flatMap(renderGrowth),
    ...renderViolations(report),
  ];
  return `${sections.join('\n\n')}\n`;
}

function toFigureRow({ title, target, measured, rounds = [], met, note }: Figure): string[] {
  const unit = target.unit === undefined ? '' : ` ${target.unit}`;
  const verdict = met === null ? 'not measured' : met ? 'met' : '**not met**';
  const value = measured === null ? '–' : `${measured}${unit}`;
  const range = rounds.length === 0 ? '–' : `${Math.min(...rounds)} – ${Math.max(...rounds)}`;
  const remark = note === undefined ? '' : ` (${note})`;
  return [title, `at ${target.at} ${target.value}${unit}`, value, range, `${verdict}${remark}`];
}

function renderWorkload({ title, connections, note, contenders }: WorkloadResult): string[] {
  const head = ['', 'requests/s', 'p50 ms', 'p99 ms', 'non-2xx', 'listed − acknowledged', 'peak MiB'];
  const over = connections === 1 ? 'one connection' : `${connections} connections`;
  const heading = `## ${capitalise(title)} (${over})`;
  return [heading, ...(note === undefined ? [] : [note]), renderTable(head, contenders.map(toContenderRow))];
}

function toContenderRow({ name, title, rounds }: ContenderResult): string[] {
  const median = (metric: Metric): string => format(takeMedian(rounds, metric));
  const unanswered = rounds.reduce((sum, { non2xx, errors }) => sum + non2xx + errors, 0);
  const last = rounds.at(-1);
  const peaks = (last?.peakMemoryMiB ?? []).map((_, index) =>
    median(({ peakMemoryMiB }) => peakMemoryMiB[index] ?? null),
  );
  return [
    name === 'footfall' ? `**${title}**` : title,
    median(({ perSecond }) => Math.round(perSecond)),
    median(({ p50Ms }) => p50Ms),
    median(({ p99Ms }) => p99Ms),
    String(unanswered),
    last?.count ? String(last.count.difference) : '–',
    peaks.length > 0 ? peaks.join(' + ') : '–',
  ];
}

function renderGrowth({ title, unit, stages }: GrowthResult): string[] {
  const head = ['median ms', ...stages.map(({ size }) => `${size.toLocaleString('en')} ${unit}`)];
  const series = Object.keys(stages[0]?.medianMs ?? {}) as GrowthSeries[];
  const rows = series.map((name) => [
    seriesTitles[name],
    ...stages.map(({ medianMs }) => format(getMedian(medianMs[name] ?? []) ?? null)),
  ]);
  const peaks = stages.map(({ peakMemoryMiB }) => format(getLargest(peakMemoryMiB)));
  return [`## ${capitalise(title)}`, renderTable(head, [...rows, ['peak MiB', ...peaks]])];
}

function renderViolations({ workloads }: BenchReport): string[] {
  const violations = listViolations(workloads);
  if (violations.length === 0) return [];
  return ['## Wrong counts', violations.map((line) => `- ${line}`).join('\n')];
}

function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function format(value: number | null): string {
  if (value === null) return '–';
  const shown = value >= 1000 ? Math.round(value) : roundTo(value, 3);
  return shown.toLocaleString('en', { maximumFractionDigits: 3 });
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Lists the runs after which a contender listed or logged another number than acknowledged. */
export function listViolations(workloads: readonly WorkloadResult[]): string[] {
  return workloads.flatMap(({ name, contenders }) =>
    contenders.flatMap(({ name: contender, warmUp, rounds }) =>
      [warmUp, ...rounds].flatMap(({ count }, number) => {
        if (count === null || count.exact) return [];
        const { acknowledged, listed, logged, namesOff, rolledUpDifference } = count;
        const names = namesOff ? `, ${namesOff} names wrong` : '';
        const rolledUp = rolledUpDifference ? `, rolled up ${rolledUpDifference} more than logged` : '';
        const when = number === 0 ? 'the warm-up' : `round ${number}`;
        return [
          `${name}, ${contender}, after ${when}: acknowledged ${acknowledged}, listed ${listed}, logged ${logged}${names}${rolledUp}`,
        ];
      }),
    ),
  );
}
