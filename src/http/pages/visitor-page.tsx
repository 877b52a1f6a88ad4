import { Document } from './document';
import { classifyLength, formatAge, type Formats } from './format';
import { BadgeBuilder } from './parts/badge-builder';
import { Figure } from './parts/figure';
import { History, type HistoryProps } from './parts/history';
import { RangeBar, type RangeBarProps } from './parts/range-bar';
import { toVisitorPath, type RangeQuery } from './view-path';
import type { WebAssets } from './web-assets';

/** What the page of a visitor shows. */
export interface VisitorPageProps {
  readonly assets: WebAssets;
  readonly query: RangeQuery;
  readonly bar: Pick<RangeBarProps, 'path' | 'current' | 'covers' | 'dates'>;
  readonly visitor: {
    readonly username: string;
    readonly visits: number;
    readonly first_visit_at: string | null;
    readonly last_visit_at: string | null;
  };
  /** The figures of the range. */
  readonly figures: {
    readonly visits: number;
    /** Undefined for no comparison. */
    readonly before: number | undefined;
    readonly place: number | null;
    readonly bestDay: { readonly day: string; readonly visits: number } | null;
    readonly averagePerDay: number;
  };
  readonly chart: HistoryProps;
  readonly format: Formats;
  readonly now: Date;
  readonly canSignOut: boolean;
}

/**
 * The page of one visitor: number of visits, first and last visit, figures and visits over time of a range, and a badge
 * builder. An imported number without a visit has no first and last visit to show.
 */
export function VisitorPage(props: VisitorPageProps) {
  const { assets, query, bar, visitor, chart, format, now, canSignOut } = props;
  const { username, visits, first_visit_at: first, last_visit_at: last } = visitor;
  const number = format.number(visits);
  return (
    <Document
      assets={assets}
      title={username}
      readAt={now}
      events={`${toVisitorPath(username)}/events`}
      canSignOut={canSignOut}
    >
      <section class="hero">
        <h1>
          <bdi>{username}</bdi>
        </h1>
        <p class={`total ${classifyLength(number)}`}>
          <data id="figure-visits" class="number" value={String(visits)}>
            {number}
          </data>{' '}
          {visits === 1 ? 'visit' : 'visits'}
        </p>
        {(first !== null || visits === 0) && (
          <dl class="edges">
            <div>
              <dt>First visit</dt>
              <dd>{first === null ? 'none yet' : <Moment at={first} now={now} />}</dd>
            </div>
            <div>
              <dt>Last visit</dt>
              <dd>{last === null ? 'none yet' : <Moment at={last} now={now} />}</dd>
            </div>
          </dl>
        )}
      </section>
      <RangeBar query={query} {...bar} />
      <RangeFigures {...props} />
      <History {...chart} />
      <BadgeBuilder username={username} />
    </Document>
  );
}

function RangeFigures({ figures, chart, format }: VisitorPageProps) {
  const { visits, before, place, bestDay, averagePerDay } = figures;
  const { words } = chart.data;
  return (
    <dl class="figures">
      <Figure id="range" name={`visits ${words}`} value={visits} before={before} format={format} />
      <Figure
        id="place"
        name="place in the list"
        title={`by visits ${words}`}
        value={place ?? undefined}
        format={format}
      />
      <Figure
        id="best-day"
        name={bestDay ? `best day: ${bestDay.day}` : 'best day'}
        value={bestDay?.visits}
        format={format}
      />
      <Figure id="average" name="average per day" value={averagePerDay} isDecimal format={format} />
    </dl>
  );
}

// A script replaces the title with the time in the viewer's time zone.
function Moment({ at, now }: { readonly at: string; readonly now: Date }) {
  return (
    <time dateTime={at} title={`${at.slice(0, 16).replace('T', ' ')} UTC`} data-moment>
      {formatAge(new Date(at), now)}
    </time>
  );
}
