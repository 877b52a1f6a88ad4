import type { RunStatement } from '../../shared/statement';
import type { Models } from '../../models';
import { countBetween } from './count-between';
import { createVisitorNotFound } from './get-visitors';
import { getDatabaseTime } from './get-database-time';
import type { History, HistoryRequest } from './history';
import { listHistorySlots } from './history-slots';

/**
 * Reads the visits over time of one visitor, or of all if no name is given.
 * @throws {DomainError} `visitor-not-found`, `too-many-points`.
 */
export async function getHistory(
  { Visitor }: Models,
  run: RunStatement,
  request: HistoryRequest,
  username?: string,
): Promise<History> {
  const visitor =
    username === undefined
      ? undefined
      : await Visitor.findOne({ attributes: ['id'], where: { username }, raw: true });
  if (visitor === null) throw createVisitorNotFound(username ?? '');
  const until = request.until ?? (await getDatabaseTime(run));
  const { since, starts } = listHistorySlots({ ...request, until });
  if (starts.length === 0) return { since, until, points: [] };
  const visits = await countBetween(run, [since, ...starts.slice(1), until], visitor?.id);
  return { since, until, points: starts.map((start, index) => ({ start, visits: visits[index] ?? '0' })) };
}
