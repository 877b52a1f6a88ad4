import { literal, Op } from 'sequelize';
import type { Models } from '../../models';
import { filterVisitors, startAfterCount, toSqlOrder } from './visitor-order';
import { toVisitorPage, type VisitorPage, type VisitorPageRequest, type VisitorRow } from './visitor-page';

const visits = literal('COALESCE("total"."visits", 0)');

/** Lists visitors with all their visits, by keyset. It reads the totals, so its cost does not grow with the log. */
export async function listVisitors(
  { Visitor, VisitTotal }: Models,
  request: VisitorPageRequest,
): Promise<VisitorPage> {
  const { order, after, limit } = request;
  const rows = await Visitor.findAll({
    attributes: ['id', 'username', [visits, 'visits']],
    include: { model: VisitTotal, as: 'total', attributes: [], required: false },
    where: { [Op.and]: [filterVisitors(request), startAfterCount(order, after, visits)] },
    order: toSqlOrder(order, visits),
    limit: limit + 1,
    raw: true,
  });
  return toVisitorPage(rows as unknown as VisitorRow[], request);
}
