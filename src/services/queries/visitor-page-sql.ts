import type { VisitorPageRequest } from './visitor-page';

/**
 * The parts of a statement that select a page of visitors. They name the columns `id`, `username`, `hidden_at` and `visits`, and are
 * the only place that renders the filters and the order of a list.
 */
export interface SqlPage {
  /** Filters visitors: by the search, and by the start of the page unless the order is by count. */
  readonly where: string;
  /** Filters by the start of a page that is ordered by count. An index on `rank` and `id` finds it. */
  readonly isAfterCount: string;
  /** The expression that orders by count, before the id. */
  readonly rank: string;
  readonly order: string;
  /** One more than the page has. */
  readonly limit: string;
}

// The collation of the index on names, so that order, cursor and search agree on every server.
const username = 'username COLLATE "C"';

/**
 * Renders a page.
 * @param values the parameters of the statement. Those of the page are added.
 */
export function toSqlPage({ order, after, limit, search }: VisitorPageRequest, values: unknown[]): SqlPage {
  const add = (value: unknown, type: string): string => `$${values.push(value)}::${type}`;
  const beyond = order.descending ? '<' : '>';
  const direction = order.descending ? 'DESC' : 'ASC';
  const conditions = [
    'hidden_at IS NULL',
    ...(search === undefined ? [] : [`${username} LIKE ${add(`${escapeLike(search)}%`, 'text')}`]),
    ...(after?.by === 'id' ? [`id ${beyond} ${add(after.id, 'bigint')}`] : []),
    ...(after?.by === 'username' ? [`${username} ${beyond} ${add(after.username, 'text')}`] : []),
  ];
  // Equal counts are ordered by id in both directions, so the count itself is turned round.
  const sign = order.descending ? '-' : '';
  const rank = `(${sign}visits)`;
  const orders = {
    id: `id ${direction}`,
    username: `${username} ${direction}`,
    visits: `${rank}, id`,
  };
  return {
    where: conditions.join(' AND '),
    isAfterCount:
      after?.by === 'visits'
        ? `(${rank}, id) > (${sign}${add(after.visits, 'bigint')}, ${add(after.id, 'bigint')})`
        : 'true',
    rank,
    order: orders[order.by],
    limit: add(limit + 1, 'int'),
  };
}

/** Escapes a search for LIKE: it is text, not a pattern. */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
