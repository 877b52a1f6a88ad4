import type { z } from 'zod';
import { toSafeInteger } from '../../../shared/to-safe-integer';
import type { RecordedVisit } from '../../../services/commands/settle-visit-batch';
import type { Summary } from '../../../services/queries/get-summary';
import type { VisitorDetail } from '../../../services/queries/get-visitor';
import type { History, HistoryRequest } from '../../../services/queries/history';
import type { VisitorRow } from '../../../services/queries/visitor-page';
import type {
  historySchema,
  summarySchema,
  visitorDetailSchema,
  visitorSchema,
} from '../history/history-json';

/** A visitor and a number, as every list and every recorded visit shows them. */
export type VisitorJson = z.infer<typeof visitorSchema>;

/** Presents a visitor of a list, or a visit that was just recorded. */
export function presentVisitor({ id, username, visits }: VisitorRow | RecordedVisit): VisitorJson {
  return { id: toSafeInteger(id), username, visits: toSafeInteger(visits) };
}

/** Presents one visitor with its first and last visit. */
export function presentVisitorDetail(visitor: VisitorDetail): z.infer<typeof visitorDetailSchema> {
  return {
    ...presentVisitor(visitor),
    first_visit_at: visitor.firstVisitAt?.toISOString() ?? null,
    last_visit_at: visitor.lastVisitAt?.toISOString() ?? null,
  };
}

/** Presents a history; the start of a point may lie before `since`, its visits never do. */
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

/** Presents the numbers over all visitors. */
export function presentSummary({
  visits,
  visitors,
  today,
  lastHour,
}: Summary): z.infer<typeof summarySchema> {
  return {
    visits: toSafeInteger(visits),
    visitors: toSafeInteger(visitors),
    today: toSafeInteger(today),
    last_hour: toSafeInteger(lastHour),
  };
}
