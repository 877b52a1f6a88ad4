import { z } from 'zod';
import type { VisitorCursor, VisitorOrder } from '../../../services/queries/visitor-page';
import { DomainError } from '../../../shared/domain-error';
import { parseStoredUsername } from '../../../shared/username';

const maxBigint = 9_223_372_036_854_775_807n;

const bigintText = z
  .string()
  .regex(/^\d{1,19}$/, { abort: true })
  .refine((text) => BigInt(text) <= maxBigint);

/**
 * Parses `after`: the id, `visits.id` or name of the last visitor of a page, as the order needs.
 * @returns undefined if it does not fit the order.
 */
export function parseCursor({ by }: VisitorOrder, text: string): VisitorCursor | undefined {
  if (by === 'username') {
    const username = parseName(text);
    return username === undefined ? undefined : { by, username };
  }
  const [first, second, ...rest] = text.split('.').map((part) => bigintText.safeParse(part).data);
  if (rest.length > 0 || first === undefined) return undefined;
  if (by === 'id') return text === first ? { by, id: first } : undefined;
  return second === undefined ? undefined : { by, visits: first, id: second };
}

/** Renders a cursor as the value of `after`. */
export function renderCursor(cursor: VisitorCursor): string {
  if (cursor.by === 'username') return cursor.username;
  return cursor.by === 'id' ? cursor.id : `${cursor.visits}.${cursor.id}`;
}

function parseName(text: string): string | undefined {
  try {
    return parseStoredUsername(text);
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}
