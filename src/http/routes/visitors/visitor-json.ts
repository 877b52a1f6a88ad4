import { z } from 'zod';
import type { VisitorDetail } from '../../../services/queries/get-visitors';
import { toSafeInteger } from '../../../shared/to-safe-integer';

/** A visitor in a list, or the result of recording a visit. */
export const visitorSchema = z
  .object({
    id: z.int().min(1),
    username: z.string(),
    visits: z
      .int()
      .min(0)
      .describe(
        'All visits; with "since" or "until", those in that time. After recording, the number of the visit.',
      ),
  })
  .meta({ id: 'Visitor', description: 'A visitor and a number of visits.' });

/** One visitor with its first and last visit. */
export const visitorDetailSchema = visitorSchema
  .extend({
    first_visit_at: z.iso.datetime().nullable().describe('Null if there is none.'),
    last_visit_at: z.iso.datetime().nullable().describe('Null if there is none.'),
  })
  .meta({ id: 'VisitorDetail', description: 'A visitor with the times of the first and last visit.' });

/** A page of the list. */
export const visitorListSchema = z
  .object({
    results: z.array(visitorSchema),
    next: z.string().nullable().describe('The path of the next page; null on the last page.'),
  })
  .meta({ id: 'VisitorList', description: 'A page of visitors.' });

/** Presents a visitor in a list, or the result of recording a visit. */
export function presentVisitor({
  id,
  username,
  visits,
}: {
  readonly id: string;
  readonly username: string;
  readonly visits: string | number;
}): z.infer<typeof visitorSchema> {
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
