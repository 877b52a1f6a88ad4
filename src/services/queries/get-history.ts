import type { Models } from '../../models';
import { countVisitsInSlots } from './count-visits-in-slots';
import type { History, HistoryRequest } from './history';
import { listHistorySlots } from './list-history-slots';
import { visitorNotFound } from './visitor-not-found';

/**
 * Reads the visits over time of one visitor, or of all when no name is given.
 * @throws {DomainError} `visitor-not-found`, `too-many-points`, `unknown-time-zone`.
 */
export async function getHistory(
  models: Models,
  request: HistoryRequest,
  username?: string,
): Promise<History> {
  const visitorId = username === undefined ? undefined : await findVisitorId(models, username);
  const slots = await listHistorySlots(models, request);
  const points = await countVisitsInSlots(models, slots, request, visitorId);
  return { since: slots.since, until: request.until, points };
}

async function findVisitorId({ Visitor }: Models, username: string): Promise<string> {
  const visitor = await Visitor.findOne({ attributes: ['id'], where: { username }, raw: true });
  if (!visitor) throw visitorNotFound(username);
  return visitor.id;
}
