import { classifyLength, type Formats } from '../format';
import { useToPath } from '../use-to-path';
import { renderViewPath, toVisitorPath, type DashboardQuery } from '../view-path';
import { SparkLine } from './spark-line';

/** Names with more characters may not fit into their two lines on some screen. */
const longName = 16;

/** A row of the table. */
export interface ListedVisitor {
  readonly id: number;
  readonly username: string;
  readonly visits: number;
  /** Its visits over the range; undefined without any, or on a long page. */
  readonly spark: readonly number[] | undefined;
}

/** The visitors of one page of the list. */
export interface VisitorTableProps {
  readonly visitors: readonly ListedVisitor[];
  readonly query: DashboardQuery;
  /** The range in words. */
  readonly words: string;
  readonly format: Formats;
}

/** A table of visitors. Each row is a link to the visitor's page; the column headers sort. */
export function VisitorTable({ visitors, query, words, format }: VisitorTableProps) {
  const { sort, range, from, to, compare } = query;
  const toPath = useToPath();
  const most = Math.max(1, ...visitors.map(({ visits }) => visits));
  return (
    <table class="visitors">
      <thead>
        <tr>
          <SortButton name="Visitor" by="username" first="username" sort={sort} />
          <td class="spark" />
          <td class="share" />
          <SortButton name="Visits" by="visits" first="-visits" sort={sort} />
        </tr>
      </thead>
      <tbody>
        {visitors.map(({ id, username, visits, spark }) => (
          <tr key={id} id={`visitor-${id}`}>
            <th scope="row">
              <a
                id={`link-${id}`}
                href={toPath(renderViewPath(toVisitorPath(username), { range, from, to, compare }))}
                title={username.length > longName ? username : undefined}
              >
                <bdi>{username}</bdi>
              </a>
            </th>
            <td class="spark" aria-hidden="true">
              {spark && <SparkLine counts={spark} />}
            </td>
            <td class="share" aria-hidden="true">
              <svg width="100%" height="8">
                <rect width={`${measureShare(visits, most)}%`} height="8" rx="2" />
              </svg>
            </td>
            <Count text={format.number(visits)} title={`visits ${words}`} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Count({ text, title }: { readonly text: string; readonly title: string }) {
  return (
    <td class={classifyLength(text) === 'longest' ? 'count longest' : 'count'} title={title}>
      {text}
    </td>
  );
}

// The style sheet makes one percent at least two pixels, so that one visit beside a million is visible.
function measureShare(visits: number, most: number): number {
  return visits === 0 ? 0 : Math.max(1, (visits / most) * 100);
}

interface SortButtonProps {
  readonly name: string;
  readonly by: string;
  /** The order on the first press. */
  readonly first: string;
  readonly sort: string;
}

// A press on the column that is already sorted reverses the order.
function SortButton({ name, by, first, sort }: SortButtonProps) {
  const descending = sort === `-${by}`;
  const active = descending || sort === by;
  return (
    <th scope="col" aria-sort={active ? (descending ? 'descending' : 'ascending') : 'none'}>
      <button
        id={`sort-${by}`}
        type="submit"
        form="order"
        name="sort"
        value={active ? (descending ? by : `-${by}`) : first}
      >
        {name}
        <span class="arrow" aria-hidden="true">
          {active ? (descending ? '↓' : '↑') : '↕'}
        </span>
      </button>
    </th>
  );
}
