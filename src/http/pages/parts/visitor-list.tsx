import type { Formats } from '../format';
import { useToPath } from '../use-to-path';
import { listParameters, rangeNames, renderViewPath, type DashboardQuery } from '../view-path';
import { VisitorTable, type ListedVisitor } from './visitor-table';

/** One page of the list of visitors. */
export interface VisitorListProps {
  readonly query: DashboardQuery;
  readonly visitors: readonly ListedVisitor[];
  /** The range in words. */
  readonly words: string;
  /** The cursor of the next page, if there is one. */
  readonly next: string | undefined;
  readonly format: Formats;
}

/** The list of visitors with search, sorting and pages. All of it works without a script. */
export function VisitorList({ query, visitors, words, next, format }: VisitorListProps) {
  const toPath = useToPath();
  return (
    <section id="visitors" class="panel" aria-labelledby="visitors-title">
      <div class="panel-head">
        <h2 id="visitors-title">Visitors</h2>
        <form id="find" class="find" role="search" action={toPath('/')}>
          <HiddenParameters query={query} names={['sort', 'limit', ...rangeNames]} />
          <label for="search">Name starts with</label>
          <input id="search" name="search" type="search" value={query.search} maxLength={255} dir="auto" />
          <button type="submit">Search</button>
        </form>
      </div>
      {visitors.length > 0 ? (
        <>
          {/* The heads of the columns are its buttons. */}
          <form id="order" action={toPath('/')}>
            <HiddenParameters query={query} names={['search', 'limit', ...rangeNames]} />
          </form>
          <VisitorTable visitors={visitors} query={query} words={words} format={format} />
        </>
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
  const toPath = useToPath();
  const { after, ...first } = query;
  if (after === undefined && next === undefined && query.search === undefined) return null;
  return (
    <nav class="pages" aria-label="Pages of visitors">
      {after !== undefined && (
        <a data-view id="first-page" href={toPath(renderViewPath('/', first))}>
          First page
        </a>
      )}
      {next !== undefined && (
        <a data-view id="next-page" rel="next" href={toPath(renderViewPath('/', { ...first, after: next }))}>
          Next page
        </a>
      )}
      {query.search !== undefined && (
        <a data-view id="all-visitors" href={toPath(renderViewPath('/', { ...first, search: undefined }))}>
          Show all
        </a>
      )}
    </nav>
  );
}
