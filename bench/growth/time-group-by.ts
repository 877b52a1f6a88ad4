import type { BenchDatabase } from '../database/create-bench-database';
import { getMedian, roundTo } from '../load/statistics';

// The count of a counter without totals, as `COUNT` of the event's key: visitors without visits show 0.
const groupBy = `
  SELECT visitors.id, visitors.username, count(visits.id) AS visits
  FROM visitors LEFT JOIN visits ON visits.visitor_id = visitors.id
  GROUP BY visitors.id`;

/**
 * Counts the whole log for all visitors by SQL, on the bench's own connection, and gives the median time from sending
 * the statement to having all rows, in milliseconds.
 */
export async function timeGroupBy(database: BenchDatabase, times: number): Promise<number> {
  const latencies: number[] = [];
  for (let left = times; left > 0; left -= 1) {
    const sentAt = performance.now();
    await database.query(groupBy);
    latencies.push(performance.now() - sentAt);
  }
  return roundTo(getMedian(latencies) ?? 0, 4);
}
