import { literal } from 'sequelize';
import type { Models } from '../../models';

/** Reads a visitor's number, a bigint as text; `0` for a name that was never counted. Two index lookups. */
export async function getTotal({ Visitor, VisitTotal }: Models, username: string): Promise<string> {
  const row = await Visitor.findOne({
    attributes: [[literal('COALESCE("total"."visits", 0)'), 'visits']],
    include: { model: VisitTotal, as: 'total', attributes: [], required: false },
    where: { username },
    raw: true,
  });
  return row ? (row as unknown as { visits: string }).visits : '0';
}
