import type { Models } from '../../models';
import { selectRows } from '../select-rows';
import type { HistoryPoint, HistoryRequest } from './history';
import type { HistorySlots } from './list-history-slots';

/**
 * Counts the visits of each slot, 0 where there were none: of one visitor by the index on visitor and time, of all
 * by the index on time.
 */
export async function countVisitsInSlots(
  models: Models,
  { since, starts }: HistorySlots,
  { until }: Pick<HistoryRequest, 'until'>,
  visitorId?: string,
): Promise<HistoryPoint[]> {
  if (starts.length === 0) return [];
  const ofVisitor = visitorId === undefined ? '' : 'AND visitor_id = $4';
  const rows = await selectRows<{ slot: number; visits: string }>(
    models,
    `SELECT width_bucket(visited_at, $1::timestamptz[]) AS slot, count(*) AS visits
     FROM visits WHERE visited_at >= $2 AND visited_at < $3 ${ofVisitor} GROUP BY slot`,
    [starts, since, until, ...(visitorId === undefined ? [] : [visitorId])],
  );
  const counted = new Map(rows.map(({ slot, visits }) => [slot, visits]));
  return starts.map((start, index) => ({ start, visits: counted.get(index + 1) ?? '0' }));
}
