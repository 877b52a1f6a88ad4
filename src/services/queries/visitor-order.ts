import { col, literal, Op, where, type Order, type WhereOptions } from 'sequelize';
import type { VisitorCursor, VisitorOrder, VisitorPageRequest } from './visitor-page';

/** The count that a list shows, in the two shapes in which Sequelize takes it. */
export type VisitsExpression = Parameters<typeof where>[0];

const id = col('Visitor.id');
// The index of names has this collation; it makes the order, the cursor and the search agree on any server.
const username = literal('"Visitor"."username" COLLATE "C"');

/** Says the order in SQL. Equal counts are ordered by id, either way. */
export function toSqlOrder({ by, descending }: VisitorOrder, visits: VisitsExpression): Order {
  const direction = descending ? 'DESC' : 'ASC';
  if (by === 'id') return [[id, direction]];
  if (by === 'username') return [[username, direction]];
  return [
    [visits as ReturnType<typeof col>, direction],
    [id, 'ASC'],
  ];
}

/** What the visitor rows themselves must meet: the search, and the page's start unless it hangs on the count. */
export function filterVisitors({ order, after, search }: VisitorPageRequest): WhereOptions {
  const conditions: WhereOptions[] = [];
  if (search !== undefined) conditions.push(where(username, Op.like, `${escapeLike(search)}%`));
  const beyond = order.descending ? Op.lt : Op.gt;
  if (after?.by === 'id') conditions.push(where(id, beyond, after.id));
  if (after?.by === 'username') conditions.push(where(username, beyond, after.username));
  return { [Op.and]: conditions };
}

/** Begins a page that is ordered by the count after the last one of the page before; empty for other orders. */
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

// A search is text, never a pattern: what LIKE reads as a wildcard or an escape stands for itself.
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
