import type { VisitorCursor, VisitorOrder } from '../../../services/queries/visitor-page';
import { DomainError } from '../../../shared/domain-error';
import { parseUsername } from '../../../shared/username';
import { bigintText } from '../parameters';

/**
 * Reads `after` in the terms of the order: the id of the last visitor of a page, `visits.id`, or its name.
 * @returns undefined when it belongs to no page of that order.
 */
export function parseCursor({ by }: VisitorOrder, text: string): VisitorCursor | undefined {
  if (by === 'username') {
    const username = readUsername(text);
    return username === undefined ? undefined : { by, username };
  }
  const [first, second, ...rest] = text.split('.').map((part) => bigintText.safeParse(part).data);
  if (rest.length > 0 || first === undefined) return undefined;
  if (by === 'id') return text === first ? { by, id: first } : undefined;
  return second === undefined ? undefined : { by, visits: first, id: second };
}

/** Writes `after` for the path of the next page. */
export function renderCursor(cursor: VisitorCursor): string {
  if (cursor.by === 'username') return cursor.username;
  return cursor.by === 'id' ? cursor.id : `${cursor.visits}.${cursor.id}`;
}

function readUsername(text: string): string | undefined {
  try {
    return parseUsername(text);
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}
