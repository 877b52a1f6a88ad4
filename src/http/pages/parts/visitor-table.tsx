import { classifyLength, type FormatNumber } from '../format';

/** A row of the table. */
export interface ListedVisitor {
  readonly id: number;
  readonly username: string;
  readonly visits: number;
}

/** The visitors of one page of the list. */
export interface VisitorTableProps {
  readonly visitors: readonly ListedVisitor[];
  /** The current order, as in the query. */
  readonly sort: string;
  readonly format: FormatNumber;
}

/** A table of visitors. Each row is a link to the visitor's page; the column headers sort. */
export function VisitorTable({ visitors, sort, format }: VisitorTableProps) {
  const most = Math.max(1, ...visitors.map(({ visits }) => visits));
  return (
    <table class="visitors">
      <thead>
        <tr>
          <SortButton name="Visitor" by="username" first="username" sort={sort} />
          <td class="share" />
          <SortButton name="Visits" by="visits" first="-visits" sort={sort} />
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
                <rect width={`${measureShare(visits, most)}%`} height="8" rx="2" />
              </svg>
            </td>
            <Count text={format(visits)} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Count({ text }: { readonly text: string }) {
  return <td class={classifyLength(text) === 'longest' ? 'count longest' : 'count'}>{text}</td>;
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
