import type { TotalDrift } from '../../services/queries/compare-totals';

/** What a verification found, in numbers. Visits are those that the log holds. */
export interface Verdict {
  readonly visitors: number;
  readonly visits: number;
  /** Visitors whose total differs. */
  readonly drifted: number;
}

/** Renders a verdict piece by piece, as it is found; the pieces one after the other are the whole output. */
export interface VerdictRenderer {
  renderDrifts(drifts: readonly TotalDrift[]): string;
  renderEnd(verdict: Verdict): string;
}

/** A line for each total that differs, and one that sums up. */
export const textRenderer: VerdictRenderer = {
  renderDrifts: (drifts) => drifts.map((drift) => `${renderDrift(drift)}\n`).join(''),
  renderEnd: ({ visitors, visits, drifted }) =>
    drifted === 0
      ? `totals equal the log: ${visitors} visitors, ${visits} visits\n`
      : `${drifted} of ${visitors} visitors differ; "npm run totals rebuild" corrects them\n`,
};

function renderDrift({ username, logged, opening, total }: TotalDrift): string {
  const balance = opening === '0' ? '' : ` and an opening balance of ${opening}`;
  return `differs: ${JSON.stringify(username)} has ${logged} visits in the log${balance} and ${total ?? 'no row'} in the totals`;
}

/** One JSON document on one line. The drifts come first in it: the numbers are known when all of them are written. */
export function createJsonRenderer(): VerdictRenderer {
  let lead = '{"drifts":[';
  return {
    renderDrifts: (drifts) => {
      if (drifts.length === 0) return '';
      const piece = lead + drifts.map((drift) => JSON.stringify(drift)).join(',');
      lead = ',';
      return piece;
    },
    renderEnd: ({ visitors, visits, drifted }) =>
      `${drifted === 0 ? lead : ''}],"visitors":${visitors},"visits":${visits}}\n`,
  };
}
