import { literal } from 'sequelize';
import type { Models } from '../../models';
import { DomainError } from '../../shared/domain-error';

/** One visitor with its number and its first and last visit; both are null if there is none. */
export interface VisitorDetail {
  readonly id: string;
  readonly username: string;
  readonly visits: string;
  readonly firstVisitAt: Date | null;
  readonly lastVisitAt: Date | null;
  /** When it was read, by the clock of the database, which dates the visits. */
  readonly readAt: Date;
}

// Both ends of the index on visitor and time: two lookups at any length of the log.
const edgeOfLog = (order: 'ASC' | 'DESC') =>
  literal(
    `(SELECT visited_at FROM visits WHERE visitor_id = "Visitor"."id" ORDER BY visited_at ${order} LIMIT 1)`,
  );

/**
 * Reads one visitor.
 * @throws {DomainError} `visitor-not-found`.
 */
export async function getVisitor({ Visitor, VisitTotal }: Models, username: string): Promise<VisitorDetail> {
  const row = await Visitor.findOne({
    attributes: [
      'id',
      'username',
      [literal('COALESCE("total"."visits", 0)'), 'visits'],
      [edgeOfLog('ASC'), 'firstVisitAt'],
      [edgeOfLog('DESC'), 'lastVisitAt'],
      [literal('clock_timestamp()'), 'readAt'],
    ],
    include: { model: VisitTotal, as: 'total', attributes: [], required: false },
    where: { username },
    raw: true,
  });
  if (!row) throw createVisitorNotFound(username);
  return row as unknown as VisitorDetail;
}

/** Creates the error for a name that was never counted. */
export function createVisitorNotFound(username: string): DomainError {
  return new DomainError('visitor-not-found', `No visit to "${username}" has been counted yet.`);
}
