import { col, fn, Op, type WhereOptions } from 'sequelize';
import type { Models } from '../../models';
import type { VisitorRow, VisitWindow } from './visitor-page';

/**
 * The definition of a number: the outer join of visitors and visits, grouped by visitor and counted. A visitor without
 * visits has 0. It reads the log, so it is slow; every list must equal it.
 */
export async function countVisits({ Visitor, Visit }: Models, window: VisitWindow): Promise<VisitorRow[]> {
  const rows = await Visitor.findAll({
    attributes: ['id', 'username', [fn('COUNT', col('visits.id')), 'visits']],
    include: { model: Visit, as: 'visits', attributes: [], required: false, where: isWithin(window) },
    group: ['Visitor.id'],
    order: ['id'],
    raw: true,
  });
  return rows as unknown as VisitorRow[];
}

function isWithin({ since, until }: VisitWindow): WhereOptions {
  return {
    [Op.and]: [
      ...(since ? [{ visitedAt: { [Op.gte]: since } }] : []),
      ...(until ? [{ visitedAt: { [Op.lt]: until } }] : []),
    ],
  };
}
