import type { presentVisitorDetail } from '../routes/visitors/visitor-json';
import { Document } from './document';
import type { FormatNumber } from './format';
import { BadgeBuilder } from './parts/badge-builder';
import { History } from './parts/history';
import { Moment } from './parts/moment';
import type { WebAssets } from './web-assets';

/** What the page of a visitor shows. */
export interface VisitorPageProps {
  readonly assets: WebAssets;
  readonly visitor: ReturnType<typeof presentVisitorDetail>;
  readonly format: FormatNumber;
  readonly now: Date;
}

/** The page of one visitor: its number, when it came, and a badge to take away. */
export function VisitorPage({ assets, visitor, format, now }: VisitorPageProps) {
  const { username, visits, first_visit_at: first, last_visit_at: last } = visitor;
  return (
    <Document assets={assets} title={username} readAt={now}>
      <section class="hero">
        <h1>
          <bdi>{username}</bdi>
        </h1>
        <p class="total">
          <data id="figure-visits" class="number" value={String(visits)}>
            {format(visits)}
          </data>{' '}
          {visits === 1 ? 'visit' : 'visits'}
        </p>
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
      </section>
      <History source={`/-/visitors/${encodeURIComponent(username)}/history`} />
      <BadgeBuilder username={username} />
    </Document>
  );
}
