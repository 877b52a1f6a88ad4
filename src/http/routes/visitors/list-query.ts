import { z } from 'zod';
import {
  visitorOrderKeys,
  type VisitorOrder,
  type VisitorPageRequest,
  type VisitWindow,
} from '../../../services/queries/visitor-page';
import { maxUsernameLength } from '../../../shared/username-patterns';
import { givenOnce, timestamp } from '../parameters';
import { parseCursor, renderCursor } from './visitor-cursor';

const sorts = visitorOrderKeys.flatMap((key) => [key, `-${key}`] as const);

const parameters = z.object({
  sort: z
    .enum(sorts, `must be one of ${sorts.join(', ')}`)
    .default('id')
    .describe('The order; "-" reverses it. Names are ordered by code point, equal counts by id.'),
  limit: z
    .string(givenOnce)
    .regex(/^([1-9]\d{0,2}|1000)$/, 'must be an integer from 1 to 1000')
    .transform(Number)
    .prefault('1000')
    .describe('The largest number of results on a page, from 1 to 1000.'),
  search: z
    .string(givenOnce)
    .max(2 * maxUsernameLength, `must have at most ${2 * maxUsernameLength} characters`)
    .transform((text) => (text === '' ? undefined : text.normalize('NFC')))
    .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text ?? ''), 'must not contain control or surrogate characters')
    .describe('Only names that start with this text. Case-sensitive.')
    .optional(),
  after: z
    .string(givenOnce)
    .optional()
    .describe('The end of the previous page. Use the path in "next" instead of building this value.'),
  since: timestamp.optional().describe('Count only visits at or after this time.'),
  until: timestamp.optional().describe('Count only visits before this time.'),
});

/** A parsed list query: the page, and the window if only its visits are counted. */
export interface ListRequest {
  readonly page: VisitorPageRequest;
  readonly window: VisitWindow | undefined;
}

/** The query of the list of visitors. */
export const listQuery = parameters.transform((query, context): ListRequest => {
  const { limit, search, since, until } = query;
  const order = parseOrder(query.sort);
  const after = query.after === undefined ? undefined : parseCursor(order, query.after);
  if (query.after !== undefined && !after) {
    context.addIssue({
      code: 'custom',
      path: ['after'],
      message: 'must come from the "next" path of a list with the same "sort"',
    });
  }
  if (since && until && since > until) {
    context.addIssue({ code: 'custom', path: ['until'], message: 'must not be before "since"' });
  }
  return { page: { order, limit, after, search }, window: since || until ? { since, until } : undefined };
});

/** Renders the path of a page of the list. */
export function renderListPath({ page, window }: ListRequest): string {
  const { order, limit, after, search } = page;
  const query = new URLSearchParams({ limit: String(limit) });
  const sort = renderSort(order);
  if (sort !== 'id') query.set('sort', sort);
  if (search !== undefined) query.set('search', search);
  if (window?.since) query.set('since', window.since.toISOString());
  if (window?.until) query.set('until', window.until.toISOString());
  if (after) query.set('after', renderCursor(after));
  return `/?${query.toString()}`;
}

/** Renders an order as the value of `sort`. */
export function renderSort({ by, descending }: VisitorOrder): string {
  return `${descending ? '-' : ''}${by}`;
}

function parseOrder(sort: (typeof sorts)[number]): VisitorOrder {
  const by = visitorOrderKeys.find((key) => sort.endsWith(key)) ?? 'id';
  return { by, descending: sort.startsWith('-') };
}
