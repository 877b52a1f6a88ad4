import type { TotalDrift } from '../../services/queries/compare-totals';
import type { Fault } from './find-faults';

/** The result of a verification. Visits are those in the log. */
export interface Verdict {
  readonly visitors: number;
  readonly visits: number;
  /** Visitors whose total differs. */
  readonly drifted: number;
  /** What is wrong beside the totals. */
  readonly faults: readonly Fault[];
}

/** Renders a verdict in pieces while it is found; joined, they are the whole output. */
export interface VerdictRenderer {
  renderDrifts(drifts: readonly TotalDrift[]): string;
  /** `differingCounts` is the number of counts over time, sorted totals and sums that differ from the log. */
  renderEnd(verdict: Verdict & { readonly differingCounts: number }): string;
}

/** What `differingCounts` counts. */
export const derivedCounts = 'counts over time or sorted totals';

/** A line for each total that differs and for each fault, and a summary. */
export const textRenderer: VerdictRenderer = {
  renderDrifts: (drifts) => drifts.map((drift) => `${renderDrift(drift)}\n`).join(''),
  renderEnd: (verdict) =>
    [
      ...verdict.faults.map(({ detail }) => `fault: ${detail}`),
      renderSummary(verdict),
      ...renderCounts(verdict),
      '',
    ].join('\n'),
};

function renderSummary({ visitors, visits, drifted, faults }: Verdict): string {
  const others = faults.length === 0 ? '' : `; other faults: ${faults.length}`;
  return drifted === 0
    ? `totals equal the log: ${visitors} visitors, ${visits} visits${others}`
    : `${drifted} of ${visitors} visitors differ; "footfall totals rebuild" corrects them${others}`;
}

function renderCounts({ differingCounts }: { readonly differingCounts: number }): string[] {
  if (differingCounts === 0) return [];
  return [`${differingCounts} ${derivedCounts} differ from the log; "footfall totals rebuild" corrects them`];
}

function renderDrift({ username, logged, opening, total }: TotalDrift): string {
  const balance = opening === '0' ? '' : ` and an opening balance of ${opening}`;
  return `differs: ${JSON.stringify(username)} has ${logged} visits in the log${balance} and ${total ?? 'no row'} in the totals`;
}

/** One JSON document on one line. The drifts come first: the numbers are known only after the last drift. */
export function createJsonRenderer(): VerdictRenderer {
  let lead = '{"drifts":[';
  return {
    renderDrifts: (drifts) => {
      if (drifts.length === 0) return '';
      const piece = lead + drifts.map((drift) => JSON.stringify(drift)).join(',');
      lead = ',';
      return piece;
    },
    renderEnd: ({ visitors, visits, drifted, faults, differingCounts }) => {
      const rest = JSON.stringify({ faults, visitors, visits, differingCounts }).slice(1);
      return `${drifted === 0 ? lead : ''}],${rest}\n`;
    },
  };
}
