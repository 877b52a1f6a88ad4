import { z } from 'zod';
import type { RangeSummary, SpanFigures } from '../../../services/queries/get-range-summary';
import type { VisitorRange } from '../../../services/queries/get-visitor-range';
import { findDate } from '../../../services/queries/range';
import { toSafeInteger } from '../../../shared/to-safe-integer';
import { presentSummary, summarySchema } from './history-json';

const count = z.int().min(0);
const span = { since: z.iso.datetime(), until: z.iso.datetime() };

const visitsOfSpan = z.object({ ...span, visits: count });
const figures = visitsOfSpan.extend({ visitors: count.describe('Visitors with a visit in it.') });
const previousText = 'The period before, as far as the range has passed; null if there is none.';

/** The totals over all visitors, and those of a range. */
export const rangeSummarySchema = summarySchema
  .extend({
    range: figures.optional().describe('Only with "range" or "from".'),
    previous: figures.nullable().optional().describe(previousText),
  })
  .meta({ id: 'Summary', description: 'Totals over all visitors, and those of a range.' });

/** The figures of one visitor in a range. */
export const visitorRangeSchema = z
  .object({
    username: z.string(),
    visits: count.describe('All visits.'),
    range: visitsOfSpan,
    previous: visitsOfSpan.nullable().describe(previousText),
    place: z.int().min(1).nullable().describe('In the list by visits of the range; null without visits.'),
    best_day: z
      .object({ date: z.iso.date(), visits: count })
      .nullable()
      .describe('The day with the most visits, the first of equal ones; null without visits.'),
    average_per_day: z
      .number()
      .min(0)
      .describe('Visits per 24 hours that have passed; with "all", since the first visit.'),
  })
  .meta({ id: 'VisitorRange', description: 'One visitor in a range.' });

/** Presents the totals over all visitors and those of a range. Those of all visits are the totals. */
export function presentRangeSummary({ summary, figures: own, previous, history }: RangeSummary) {
  const { since, until } = history;
  return {
    ...presentSummary(summary),
    range: presentFigures(own ?? { since, until, visits: summary.visits, visitors: summary.visitors }),
    previous: previous ? presentFigures(previous) : null,
  };
}

/** Presents the figures of one visitor in a range. */
export function presentVisitorRange(
  { visitor, history, previous, place, bestDay, averagePerDay }: VisitorRange,
  timeZone: string,
): z.infer<typeof visitorRangeSchema> {
  return {
    username: visitor.username,
    visits: toSafeInteger(visitor.visits),
    range: presentSpan(history, history.visits),
    previous: previous ? presentSpan(previous, history.previous ?? '0') : null,
    place: place === undefined ? null : toSafeInteger(place),
    best_day: bestDay
      ? { date: findDate(timeZone, bestDay.start), visits: toSafeInteger(bestDay.visits) }
      : null,
    average_per_day: Math.round(averagePerDay * 100) / 100,
  };
}

function presentSpan({ since, until }: { readonly since: Date; readonly until: Date }, visits: string) {
  return { since: since.toISOString(), until: until.toISOString(), visits: toSafeInteger(visits) };
}

function presentFigures({ visits, visitors, ...ends }: SpanFigures) {
  return { ...presentSpan(ends, visits), visitors: toSafeInteger(visitors) };
}
