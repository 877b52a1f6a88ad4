import type { RunStatement, Statement } from '../../shared/statement';
import { countBetween } from './count-between';
import { createVisitorNotFound } from './get-visitors';
import { getDatabaseTime } from './get-database-time';
import type { History, HistoryRequest } from './history';
import { findVisitorSql } from '../find-visitor-sql';
import { listHistorySlots } from './history-slots';

const readVisitor: Statement = {
  name: 'find-visitor',
  text: `SELECT id FROM ${findVisitorSql('$1')} AS visitor WHERE hidden_at IS NULL`,
};

/**
 * Reads the visits over time of one visitor, or of all if no name is given.
 * @throws {DomainError} `visitor-not-found`, `too-many-points`.
 */
export async function getHistory(
  run: RunStatement,
  request: HistoryRequest,
  username?: string,
): Promise<History> {
  const visitorId = username === undefined ? undefined : await findVisitor(run, username);
  const until = request.until ?? (await getDatabaseTime(run));
  const { since, starts } = listHistorySlots({ ...request, until });
  if (starts.length === 0) return { since, until, points: [] };
  const visits = await countBetween(run, [since, ...starts.slice(1), until], visitorId);
  return { since, until, points: starts.map((start, index) => ({ start, visits: visits[index] ?? '0' })) };
}

async function findVisitor(run: RunStatement, username: string): Promise<string> {
  const [visitor] = await run<{ id: string }>(readVisitor, [username]);
  if (!visitor) throw createVisitorNotFound(username);
  return visitor.id;
}
