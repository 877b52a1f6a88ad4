import { Document } from './document';
import type { Formats } from './format';
import { Figure } from './parts/figure';
import { FirstSteps } from './parts/first-steps';
import { History, type HistoryProps } from './parts/history';
import { RangeBar, type RangeBarProps } from './parts/range-bar';
import { VisitorList } from './parts/visitor-list';
import type { ListedVisitor } from './parts/visitor-table';
import type { DashboardQuery } from './view-path';
import type { WebAssets } from './web-assets';

/** Visits and visitors of a range. */
interface Counts {
  readonly visits: number;
  readonly visitors: number;
}

/** What the dashboard shows. */
export interface DashboardPageProps {
  readonly assets: WebAssets;
  readonly query: DashboardQuery;
  readonly bar: Pick<RangeBarProps, 'current' | 'covers' | 'dates'>;
  readonly summary: Counts & {
    readonly today: number;
    readonly last_hour: number;
    readonly range: Counts;
    /** Null for no comparison. */
    readonly previous: Counts | null;
  };
  readonly chart: HistoryProps;
  readonly visitors: readonly ListedVisitor[];
  /** The cursor of the next page, if there is one. */
  readonly next: string | undefined;
  /** The time zone of "today". */
  readonly timeZone: string;
  readonly format: Formats;
  readonly now: Date;
  readonly canSignOut: boolean;
}

/** The start page: totals, visits over time, and the list of visitors, of one range. */
export function DashboardPage(props: DashboardPageProps) {
  const { assets, query, bar, summary, chart, visitors, next, format, now, canSignOut } = props;
  const isEmpty = summary.visitors === 0;
  return (
    <Document assets={assets} readAt={now} events="/-/events" canSignOut={canSignOut}>
      <h1 class="unseen">Visits</h1>
      {!isEmpty && <RangeBar path="/" query={query} {...bar} />}
      <Figures {...props} />
      {isEmpty ? (
        <FirstSteps />
      ) : (
        <>
          <History {...chart} />
          <VisitorList
            query={query}
            words={chart.data.words}
            visitors={visitors}
            next={next}
            format={format}
          />
        </>
      )}
    </Document>
  );
}

function Figures({ bar, summary, chart, timeZone, format }: DashboardPageProps) {
  const { range, previous, today, last_hour: lastHour } = summary;
  const isAll = bar.current === 'all';
  return (
    <dl class="figures">
      {(['visits', 'visitors'] as const).map((name) => (
        <Figure
          key={name}
          id={name}
          name={name}
          title={`${name} ${chart.data.words}`}
          value={range[name]}
          before={previous?.[name]}
          inAll={isAll || range[name] === summary[name] ? undefined : summary[name]}
          format={format}
        />
      ))}
      <Figure
        id="today"
        name="visits today"
        title={`since midnight in the time zone ${timeZone}`}
        value={today}
        format={format}
      />
      <Figure
        id="last-hour"
        name="in the last hour"
        title="visits in the last 60 minutes"
        value={lastHour}
        format={format}
      />
    </dl>
  );
}
