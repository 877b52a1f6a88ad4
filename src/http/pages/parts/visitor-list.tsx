import { listParameters, renderDashboardPath, type DashboardQuery } from '../dashboard-path';
import type { FormatNumber } from '../format';
import { VisitorTable, type ListedVisitor } from './visitor-table';

/** One page of the list of visitors. */
export interface VisitorListProps {
  readonly query: DashboardQuery;
  readonly visitors: readonly ListedVisitor[];
  /** The cursor of the next page, if there is one. */
  readonly next: string | undefined;
  readonly format: FormatNumber;
}

/** The list of visitors with search, sorting and pages. All of it works without a script. */
export function VisitorList({ query, visitors, next, format }: VisitorListProps) {
  return (
    <section id="visitors" class="panel" aria-labelledby="visitors-title">
      <div class="panel-head">
        <h2 id="visitors-title">Visitors</h2>
        <form id="find" class="find" role="search" action="/">
          <HiddenParameters query={query} names={['sort', 'limit', 'range']} />
          <label for="search">Name starts with</label>
          <input id="search" name="search" type="search" value={query.search} maxLength={255} dir="auto" />
          <button type="submit">Search</button>
        </form>
      </div>
      <form id="order" action="/">
        <HiddenParameters query={query} names={['search', 'limit', 'range']} />
      </form>
      {visitors.length > 0 ? (
        <VisitorTable visitors={visitors} sort={query.sort} format={format} />
      ) : (
        <p class="named">
          {query.search ? (
            <>
              No visitor’s name starts with “<bdi>{query.search}</bdi>”.
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

interface HiddenParametersProps {
  readonly query: DashboardQuery;
  readonly names: readonly (keyof DashboardQuery)[];
}

// A form submits only its own fields; these keep the rest of the view, except the page of the list.
function HiddenParameters({ query, names }: HiddenParametersProps) {
  const kept = listParameters(query).filter(([name]) => (names as readonly string[]).includes(name));
  return (
    <>
      {kept.map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
    </>
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
