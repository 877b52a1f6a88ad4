import { col, fn, Op, type IncludeOptions, type WhereOptions } from 'sequelize';
import type { Models } from '../../models';
import type { VisitorRow, VisitWindow } from './visitor-page';

/**
 * The definition of a number: the outer join of visitors and visits, grouped by visitor and counted. A visitor without
 * visits has 0. It reads the log, so it is slow; every total and every list must equal it.
 * @param more a condition for visits that the outer query has for their visitors. The planner does not see that one
 *   follows from the other, and would read the whole log.
 */
export function countedVisits(Visit: Models['Visit'], window: VisitWindow, more: WhereOptions = {}) {
  const include: IncludeOptions = {
    model: Visit,
    as: 'visits',
    attributes: [],
    required: false,
    where: { [Op.and]: [isWithin(window), more] },
  };
  // An index has the id of the visitor, so that the log itself need not be read.
  return { count: fn('COUNT', col('visits.visitor_id')), include };
}

/** Counts the visits of every visitor in a window, by the definition. */
export async function countVisits({ Visitor, Visit }: Models, window: VisitWindow): Promise<VisitorRow[]> {
  const { count, include } = countedVisits(Visit, window);
  const rows = await Visitor.findAll({
    attributes: ['id', 'username', [count, 'visits']],
    include,
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
