import type { Statement, RunStatement } from '../../shared/statement';
import type { Models } from '../../models';
import { createVisitorNotFound } from './get-visitors';
import { getDatabaseTime } from './get-database-time';
import type { History, HistoryPoint, HistoryRequest } from './history';
import { listHistorySlots, type HistorySlots } from './history-slots';

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
  const slots = listHistorySlots({ ...request, until });
  return { since: slots.since, until, points: await countVisits(run, slots, until, visitor?.id) };
}

// Without names: the best plan depends on how much of the log the span holds.
const countOfAll: Statement = {
  text: `
    SELECT width_bucket(visited_at, $1::timestamptz[]) AS slot, count(*) AS visits
    FROM visits WHERE visited_at >= $2 AND visited_at < $3 GROUP BY slot`,
};
const countOfVisitor: Statement = {
  text: `
    SELECT width_bucket(visited_at, $1::timestamptz[]) AS slot, count(*) AS visits
    FROM visits WHERE visited_at >= $2 AND visited_at < $3 AND visitor_id = $4 GROUP BY slot`,
};

/** Counts the visits of each slot by the index on time, or on visitor and time. */
async function countVisits(
  run: RunStatement,
  { since, starts }: HistorySlots,
  until: Date,
  visitorId: string | undefined,
): Promise<HistoryPoint[]> {
  if (starts.length === 0) return [];
  const span = [starts, since, until];
  const rows = await run<{ slot: number; visits: string }>(
    visitorId === undefined ? countOfAll : countOfVisitor,
    visitorId === undefined ? span : [...span, visitorId],
  );
  const counted = new Map(rows.map(({ slot, visits }) => [slot, visits]));
  return starts.map((start, index) => ({ start, visits: counted.get(index + 1) ?? '0' }));
}
