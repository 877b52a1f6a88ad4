import { z } from 'zod';
import {
  visitorOrderKeys,
  type VisitorOrder,
  type VisitorPageRequest,
  type VisitWindow,
} from '../../../services/queries/visitor-page';
import { namePrefix, pageLimit, timestamp } from '../parameters';
import { parseCursor, renderCursor } from './visitor-cursor';

const sorts = visitorOrderKeys.flatMap((key) => [key, `-${key}`] as const);

const parameters = z.object({
  sort: z
    .enum(sorts, `it is none of ${sorts.join(', ')}`)
    .default('id')
    .describe('The order; "-" turns it round. Names are ordered by code point, equal counts by id.'),
  limit: pageLimit,
  search: namePrefix.optional(),
  after: z
    .string('it is given more than once')
    .optional()
    .describe('The end of the page before. Follow "next" rather than make one.'),
  since: timestamp.optional().describe('Count only visits from this moment on.'),
  until: timestamp.optional().describe('Count only visits before this moment.'),
});

/** What a list is asked for: which page, and the window, if only the visits of one are to be counted. */
export interface ListRequest {
  readonly page: VisitorPageRequest;
  readonly window: VisitWindow | undefined;
}

/** The query of a list of visitors. */
export const listQuery = parameters.transform((query, context): ListRequest => {
  const { limit, search, since, until } = query;
  const order = parseOrder(query.sort);
  const after = query.after === undefined ? undefined : parseCursor(order, query.after);
  if (query.after !== undefined && !after) {
    context.addIssue({
      code: 'custom',
      path: ['after'],
      message: 'it is not the "after" of a "next" path in this order',
    });
  }
  if (since && until && since > until) {
    context.addIssue({ code: 'custom', path: ['until'], message: 'it lies before "since"' });
  }
  return { page: { order, limit, after, search }, window: since || until ? { since, until } : undefined };
});

/** Writes the path of the page that begins after the cursor of the request. */
export function renderListPath({ page, window }: ListRequest): string {
  const { order, limit, after, search } = page;
  const query = new URLSearchParams({ limit: String(limit) });
  const sort = `${order.descending ? '-' : ''}${order.by}`;
  if (sort !== 'id') query.set('sort', sort);
  if (search !== undefined) query.set('search', search);
  if (window?.since) query.set('since', window.since.toISOString());
  if (window?.until) query.set('until', window.until.toISOString());
  if (after) query.set('after', renderCursor(after));
  return `/?${query.toString()}`;
}

function parseOrder(sort: (typeof sorts)[number]): VisitorOrder {
  const by = visitorOrderKeys.find((key) => sort.endsWith(key)) ?? 'id';
  return { by, descending: sort.startsWith('-') };
}
