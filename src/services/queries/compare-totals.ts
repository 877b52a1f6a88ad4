import { col, literal, Op } from 'sequelize';
import type { Models } from '../../models';
import type { RunStatement } from '../../shared/statement';
import { countedVisits } from './count-visits';
import { listVisitorRanges, type RangeLimits, type VisitorRange } from './list-visitor-ranges';

/** A name whose total differs from its visits in the log plus its opening balances. */
export interface TotalDrift {
  readonly id: string;
  readonly username: string;
  /** Visits in the log. */
  readonly logged: string;
  /** Visits imported from other counters. */
  readonly opening: string;
  /** The stored total; null if its row is missing. */
  readonly total: string | null;
}

/** One part of a comparison, and the differences in it. */
export interface TotalsProgress {
  readonly visitors: number;
  readonly visits: number;
  readonly drifts: readonly TotalDrift[];
}

const aboutASecond: RangeLimits = { visitors: 10_000, visits: 500_000 };

/**
 * Compares every total with the definition of a number, a bounded number of visitors at a time. The connection must
 * allow long statements, because one visitor may have millions of visits.
 */
export async function* compareTotals(
  models: Models,
  run: RunStatement,
  limits = aboutASecond,
): AsyncGenerator<TotalsProgress> {
  for await (const range of listVisitorRanges(run, limits)) {
    const rows = await readRange(models, range);
    yield {
      visitors: rows.length,
      visits: rows.reduce((sum, { logged }) => sum + Number(logged), 0),
      drifts: rows.filter(
        ({ logged, opening, total }) => total === null || BigInt(logged) + BigInt(opening) !== BigInt(total),
      ),
    };
  }
}

const opening = literal(
  '(SELECT coalesce(sum(visits), 0)::bigint FROM opening_balances WHERE visitor_id = "Visitor"."id")',
);

/** One statement reads the log and the totals in one snapshot, so they must agree even while visits arrive. */
async function readRange({ Visitor, Visit, VisitTotal }: Models, range: VisitorRange): Promise<TotalDrift[]> {
  const ids = { [Op.between]: [range.first, range.last] };
  const counted = countedVisits(Visit, { since: undefined, until: undefined }, { visitorId: ids });
  const rows = await Visitor.findAll({
    attributes: [
      'id',
      'username',
      [counted.count, 'logged'],
      [opening, 'opening'],
      [col('total.visits'), 'stored'],
    ],
    include: [
      counted.include,
      { model: VisitTotal, as: 'total', attributes: [], required: false, where: { visitorId: ids } },
    ],
    where: { id: ids },
    group: ['Visitor.id', 'total.visitor_id'],
    order: ['id'],
    raw: true,
  });
  return (rows as unknown as (Omit<TotalDrift, 'total'> & { readonly stored: string | null })[]).map(
    ({ stored, ...row }) => ({ ...row, total: stored }),
  );
}
