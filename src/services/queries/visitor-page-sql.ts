import { escapeLike } from './visitor-order';
import type { VisitorPageRequest } from './visitor-page';

/** The parts of a statement that select a page of visitors. */
export interface SqlPage {
  /** Filters visitors: by the search, and by the start of the page unless the order is by count. */
  readonly where: string;
  /** Filters by the start of a page that is ordered by count. */
  readonly isAfterCount: string;
  readonly order: string;
  readonly limit: string;
}

// The collation of the index on names, so that order, cursor and search agree on every server.
const username = 'username COLLATE "C"';

/**
 * Renders a page for a statement that Sequelize cannot express; `visitor-order.ts` renders it for the models.
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
  const orders = {
    id: `id ${direction}`,
    username: `${username} ${direction}`,
    visits: `visits ${direction}, id`,
  };
  return {
    where: conditions.join(' AND '),
    isAfterCount: after?.by === 'visits' ? renderAfterCount(after.visits, after.id) : 'true',
    order: orders[order.by],
    limit: add(limit + 1, 'int'),
  };

  function renderAfterCount(visits: string, id: string): string {
    const count = add(visits, 'bigint');
    return `(visits ${beyond} ${count} OR visits = ${count} AND id > ${add(id, 'bigint')})`;
  }
}
