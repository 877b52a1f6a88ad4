import type { VisitorJson } from '../../routes/visitors/visitor-json';
import { renderDashboardPath, type DashboardQuery } from '../dashboard-path';
import type { FormatNumber } from '../format';
import { KeptParameters } from './kept-parameters';
import { SortButton } from './sort-button';

/** A page of the list of visitors. */
export interface VisitorListProps {
  readonly query: DashboardQuery;
  readonly visitors: readonly VisitorJson[];
  /** The cursor of the next page, if there is one. */
  readonly next: string | undefined;
  readonly format: FormatNumber;
}

/** The list of visitors with its search, its order and its pages, all of which work without a script. */
export function VisitorList({ query, visitors, next, format }: VisitorListProps) {
  return (
    <section id="visitors" class="panel" aria-labelledby="visitors-title">
      <div class="panel-head">
        <h2 id="visitors-title">Visitors</h2>
        <form id="find" class="find" role="search" action="/">
          <KeptParameters query={query} names={['sort', 'limit', 'range']} />
          <label for="search">Name begins with</label>
          <input id="search" name="search" type="search" value={query.search} maxLength={80} dir="auto" />
          <button type="submit">Search</button>
        </form>
      </div>
      <form id="order" action="/">
        <KeptParameters query={query} names={['search', 'limit', 'range']} />
      </form>
      {visitors.length > 0 ? (
        <VisitorTable query={query} visitors={visitors} format={format} />
      ) : (
        <p>
          {query.search ? (
            <>
              No visitor’s name begins with “<bdi>{query.search}</bdi>”.
            </>
          ) : (
            'There are no more visitors.'
          )}
        </p>
      )}
      <Pages query={query} next={next} />
    </section>
  );
}

function VisitorTable({ query, visitors, format }: Omit<VisitorListProps, 'next'>) {
  const most = Math.max(1, ...visitors.map(({ visits }) => visits));
  return (
    <table class="visitors">
      <thead>
        <tr>
          <SortButton name="Visitor" by="username" first="username" sort={query.sort} />
          <td class="share" />
          <SortButton name="Visits" by="visits" first="-visits" sort={query.sort} />
        </tr>
      </thead>
      <tbody>
        {visitors.map(({ id, username, visits }) => (
          <tr key={id} id={`visitor-${id}`}>
            <th scope="row">
              <a id={`link-${id}`} href={`/-/visitors/${encodeURIComponent(username)}`}>
                <bdi>{username}</bdi>
              </a>
            </th>
            <td class="share" aria-hidden="true">
              <svg width="100%" height="8">
                <rect width={`${(visits / most) * 100}%`} height="8" rx="2" />
              </svg>
            </td>
            <td class="count">{format(visits)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Pages({ query, next }: Pick<VisitorListProps, 'query' | 'next'>) {
  const { after, ...first } = query;
  if (after === undefined && next === undefined && query.search === undefined) return null;
  return (
    <nav class="pages" aria-label="Pages of visitors">
      {after !== undefined && (
        <a data-view id="first-page" href={renderDashboardPath(first)}>
          First page
        </a>
      )}
      {next !== undefined && (
        <a data-view id="next-page" rel="next" href={renderDashboardPath({ ...first, after: next })}>
          Next page
        </a>
      )}
      {query.search !== undefined && (
        <a data-view id="all-visitors" href={renderDashboardPath({ ...first, search: undefined })}>
          Show all
        </a>
      )}
    </nav>
  );
}
