import { col, literal, Op, where, type Order, type WhereOptions } from 'sequelize';
import type { VisitorCursor, VisitorOrder, VisitorPageRequest } from './visitor-page';

/** The count of a list, as Sequelize takes it in `where` and `order`. */
export type VisitsExpression = Parameters<typeof where>[0];

const id = col('Visitor.id');
// The collation of the index on names, so that order, cursor and search agree on every server.
const username = literal('"Visitor"."username" COLLATE "C"');

/** Renders the order. Equal counts are ordered by id, ascending. */
export function toSqlOrder({ by, descending }: VisitorOrder, visits: VisitsExpression): Order {
  const direction = descending ? 'DESC' : 'ASC';
  if (by === 'id') return [[id, direction]];
  if (by === 'username') return [[username, direction]];
  return [
    [visits as ReturnType<typeof col>, direction],
    [id, 'ASC'],
  ];
}

/** Filters the visitor rows: by the search, and by the start of the page unless the order is by count. */
export function filterVisitors({ order, after, search }: VisitorPageRequest): WhereOptions {
  const conditions: WhereOptions[] = [{ hiddenAt: null }];
  if (search !== undefined) conditions.push(where(username, Op.like, `${escapeLike(search)}%`));
  const beyond = order.descending ? Op.lt : Op.gt;
  if (after?.by === 'id') conditions.push(where(id, beyond, after.id));
  if (after?.by === 'username') conditions.push(where(username, beyond, after.username));
  return { [Op.and]: conditions };
}

/** Filters by the start of a page that is ordered by count; empty for other orders. */
export function startAfterCount(
  { descending }: VisitorOrder,
  after: VisitorCursor | undefined,
  visits: VisitsExpression,
): WhereOptions {
  if (after?.by !== 'visits') return {};
  return {
    [Op.or]: [
      where(visits, descending ? Op.lt : Op.gt, after.visits),
      { [Op.and]: [where(visits, Op.eq, after.visits), where(id, Op.gt, after.id)] },
    ],
  };
}

/** Escapes a search for LIKE: it is text, not a pattern. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
