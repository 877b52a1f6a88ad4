import type { DashboardQuery } from './dashboard-path';
import { Document } from './document';
import { classifyLength, type FormatNumber } from './format';
import { FirstSteps } from './parts/first-steps';
import { History } from './parts/history';
import { VisitorList } from './parts/visitor-list';
import type { ListedVisitor } from './parts/visitor-table';
import type { WebAssets } from './web-assets';

/** What the dashboard shows. */
export interface DashboardPageProps {
  readonly assets: WebAssets;
  readonly query: DashboardQuery;
  readonly summary: {
    readonly visits: number;
    readonly visitors: number;
    readonly today: number;
    readonly last_hour: number;
  };
  readonly visitors: readonly ListedVisitor[];
  /** The cursor of the next page, if there is one. */
  readonly next: string | undefined;
  /** The time zone of "today". */
  readonly timeZone: string;
  readonly format: FormatNumber;
  readonly now: Date;
  readonly canSignOut: boolean;
}

/** The start page: totals, visits over time, and the list of visitors. */
export function DashboardPage(props: DashboardPageProps) {
  const { assets, query, summary, visitors, next, timeZone, format, now, canSignOut } = props;
  return (
    <Document assets={assets} readAt={now} canSignOut={canSignOut}>
      <h1 class="unseen">Visits</h1>
      <dl class="figures">
        <Figure id="visits" name="visits" value={summary.visits} format={format} />
        <Figure id="visitors" name="visitors" value={summary.visitors} format={format} />
        <Figure
          id="today"
          name="visits today"
          title={`since midnight in the time zone ${timeZone}`}
          value={summary.today}
          format={format}
        />
        <Figure
          id="last-hour"
          name="in the last hour"
          title="visits in the last 60 minutes"
          value={summary.last_hour}
          format={format}
        />
      </dl>
      {summary.visitors === 0 ? (
        <FirstSteps />
      ) : (
        <>
          <History source="/-/history" />
          <VisitorList query={query} visitors={visitors} next={next} format={format} />
        </>
      )}
    </Document>
  );
}

interface FigureProps {
  readonly id: string;
  readonly name: string;
  /** What is counted, if the name alone is not exact. */
  readonly title?: string;
  readonly value: number;
  readonly format: FormatNumber;
}

// Scripts find the number by its id to see whether it has changed.
function Figure({ id, name, title, value, format }: FigureProps) {
  const text = format(value);
  return (
    <div class="figure">
      <dt title={title}>{name}</dt>
      <dd class={classifyLength(text)}>
        <data id={`figure-${id}`} class="number" value={String(value)}>
          {text}
        </data>
      </dd>
    </div>
  );
}
