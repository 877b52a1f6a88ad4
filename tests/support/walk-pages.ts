import fc from 'fast-check';
import {
  visitorOrderKeys,
  type VisitorPage,
  type VisitorPageRequest,
  type VisitorRow,
} from '../../src/services/queries/visitor-page';

/** A list that is read page by page. */
export type WalkRequest = Omit<VisitorPageRequest, 'after'>;

/** Draws lists of names such as `a`, `b` and `new-1`. */
export const drawWalk = {
  order: fc.record({ by: fc.constantFrom(...visitorOrderKeys), descending: fc.boolean() }),
  limit: fc.integer({ min: 2, max: 6 }),
  search: fc.constantFrom(undefined, 'new-', 'a', 'none'),
};

/** Reads all pages of a list, and expects the visitors of `counted` that match, in order, each once. */
export async function walkPages(
  counted: readonly VisitorRow[],
  request: WalkRequest,
  read: (page: VisitorPageRequest) => Promise<VisitorPage>,
): Promise<void> {
  const listed: VisitorRow[] = [];
  let after: VisitorPageRequest['after'];
  do {
    const page = await read({ ...request, after });
    listed.push(...page.visitors);
    expect(page.visitors.length).toBeLessThanOrEqual(request.limit);
    if (page.next) expect(page.visitors).toHaveLength(request.limit);
    after = page.next;
  } while (after);
  expect(listed).toEqual(sort(counted, request));
}

function sort(counted: readonly VisitorRow[], { order, search = '' }: WalkRequest): VisitorRow[] {
  const compareIds = (a: VisitorRow, b: VisitorRow): number => Number(a.id) - Number(b.id);
  const compare = {
    id: compareIds,
    username: (a: VisitorRow, b: VisitorRow) => (a.username < b.username ? -1 : 1),
    visits: (a: VisitorRow, b: VisitorRow) => Number(a.visits) - Number(b.visits),
  }[order.by];
  return counted
    .filter(({ username }) => username.startsWith(search))
    .sort((a, b) => (order.descending ? compare(b, a) : compare(a, b)) || compareIds(a, b));
}
