import { z } from 'zod';
import type { Summary } from '../../../services/queries/get-summary';
import { historyIntervals, type History, type HistoryRequest } from '../../../services/queries/history';
import { toSafeInteger } from '../../../shared/to-safe-integer';

const count = z.int().min(0);
const moment = z.iso.datetime();

/** Visits over time. */
export const historySchema = z
  .object({
    interval: z.enum(historyIntervals),
    tz: z.string(),
    since: moment,
    until: moment,
    points: z
      .array(z.object({ start: moment, visits: count }))
      .describe(
        'One point per interval, without gaps. A point ends at the start of the next and counts only visits between "since" and "until".',
      ),
  })
  .meta({ id: 'History', description: 'Visits over time of all visitors.' });

/** Visits over time of one visitor. */
export const visitorHistorySchema = z
  .object({ username: z.string(), ...historySchema.shape })
  .meta({ id: 'VisitorHistory', description: 'Visits over time of one visitor.' });

/** The totals over all visitors. */
export const summarySchema = z.object({
  visits: count,
  visitors: count,
  today: count.describe('Since midnight in the time zone "tz".'),
  last_hour: count.describe('In the last 60 minutes.'),
});

/** Presents a history. The first point may start before `since`, but counts no visit before it. */
export function presentHistory(
  { interval, timeZone }: HistoryRequest,
  { since, until, points }: History,
): z.infer<typeof historySchema> {
  return {
    interval,
    tz: timeZone,
    since: since.toISOString(),
    until: until.toISOString(),
    points: points.map(({ start, visits }) => ({
      start: start.toISOString(),
      visits: toSafeInteger(visits),
    })),
  };
}

/** Presents the totals over all visitors. */
export function presentSummary(summary: Summary): z.infer<typeof summarySchema> {
  const { visits, visitors, today, lastHour } = summary;
  return {
    visits: toSafeInteger(visits),
    visitors: toSafeInteger(visitors),
    today: toSafeInteger(today),
    last_hour: toSafeInteger(lastHour),
  };
}
