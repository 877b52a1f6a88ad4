import { col, fn, Op, type WhereOptions } from 'sequelize';
import type { Models } from '../../models';
import { filterVisitors, startAfterCount, toSqlOrder } from './visitor-order';
import {
  toVisitorPage,
  type VisitorPage,
  type VisitorPageRequest,
  type VisitorRow,
  type VisitWindow,
} from './visitor-page';

const visits = fn('COUNT', col('visits.id'));

/**
 * Lists visitors with their visits in a window: the outer join of visitors and visits, grouped by visitor and counted.
 * A visitor without visits shows 0. It reads the log by the index on visitor and time.
 */
export async function countVisitorsInWindow(
  { Visitor, Visit }: Models,
  request: VisitorPageRequest,
  window: VisitWindow,
): Promise<VisitorPage> {
  const { order, after, limit } = request;
  const rows = await Visitor.findAll({
    attributes: ['id', 'username', [visits, 'visits']],
    include: { model: Visit, as: 'visits', attributes: [], required: false, where: isWithin(window) },
    where: filterVisitors(request),
    group: ['Visitor.id'],
    having: startAfterCount(order, after, visits),
    order: toSqlOrder(order, visits),
    limit: limit + 1,
    subQuery: false,
    raw: true,
  });
  return toVisitorPage(rows as unknown as VisitorRow[], request);
}

function isWithin({ since, until }: VisitWindow): WhereOptions {
  return {
    [Op.and]: [
      ...(since ? [{ visitedAt: { [Op.gte]: since } }] : []),
      ...(until ? [{ visitedAt: { [Op.lt]: until } }] : []),
    ],
  };
}
