import { Document } from './document';
import { classifyLength, formatAge, type FormatNumber } from './format';
import { BadgeBuilder } from './parts/badge-builder';
import { History } from './parts/history';
import type { WebAssets } from './web-assets';

/** What the page of a visitor shows. */
export interface VisitorPageProps {
  readonly assets: WebAssets;
  readonly visitor: {
    readonly username: string;
    readonly visits: number;
    readonly first_visit_at: string | null;
    readonly last_visit_at: string | null;
  };
  readonly format: FormatNumber;
  readonly now: Date;
  readonly canSignOut: boolean;
}

/**
 * The page of one visitor: number of visits, first and last visit, visits over time, and a badge
 * builder. An imported number without a visit has no first and last visit to show.
 */
export function VisitorPage({ assets, visitor, format, now, canSignOut }: VisitorPageProps) {
  const { username, visits, first_visit_at: first, last_visit_at: last } = visitor;
  const number = format(visits);
  return (
    <Document assets={assets} title={username} readAt={now} canSignOut={canSignOut}>
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
      <History source={`/-/visitors/${encodeURIComponent(username)}/history`} />
      <BadgeBuilder username={username} />
    </Document>
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
