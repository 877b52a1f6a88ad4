import { z } from 'zod';
import {
  maxImportedCount,
  maxImportedId,
  type TransferRecord,
} from '../../services/commands/transfer/transfer-record';
import { DomainError } from '../../shared/domain-error';
import { LineFault } from '../../shared/line-fault';
import { firstMoment, lastMoment } from '../../shared/moments';
import { parseUsername } from '../../shared/username';

/** What a count must be, for messages. */
export const countRule = `must be a whole number from 0 to ${maxImportedCount}`;

// JSON has numbers where CSV has text.
const wholeNumber = z.union([z.string(), z.int()], 'must be a whole number').transform(String);
const count = wholeNumber.refine(isCount, countRule);
const id = wholeNumber.refine(
  (text) => isWithin(text, 1, maxImportedId),
  `must be a whole number from 1 to ${maxImportedId}`,
);
const username = z.string('is missing');
const visitedAt = z.iso
  .datetime({ offset: true, error: ({ input }) => explainTime(String(input)) })
  .refine(hasYear, 'has a year that is out of range in UTC');
// Without these characters UTF-8 and PostgreSQL can hold any text.
const source = z.string('is missing').regex(/^[^\0\p{Cs}]*$/u, 'holds a zero or surrogate character');

const recordSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('visit'), username, visited_at: visitedAt }),
    z.strictObject({ kind: z.literal('visitor'), username, id }),
    z.strictObject({
      kind: z.literal('opening'),
      username,
      visits: count,
      id,
      source,
    }),
  ],
  'must be one of visit, visitor, opening',
);

/** The fields of a record, in the order of the columns of an export. */
export const recordFields: readonly string[] = ['kind', 'username', 'visited_at', 'id', 'visits', 'source'];

/**
 * Checks one line of a log. A line without `kind` is a visit, so a file of names and times can be imported.
 * @throws {LineFault} naming the field and its fault.
 */
export function parseRecord(line: number, given: unknown): TransferRecord {
  if (typeof given !== 'object' || given === null) throw new LineFault(line, 'it must be a JSON object');
  const parsed = recordSchema.safeParse({ kind: 'visit', ...given });
  if (!parsed.success) throw new LineFault(line, explainIssue(parsed.error.issues[0], given));
  const record = parsed.data;
  const name = parseName(line, record.username);
  if (record.kind === 'visit') return { line, kind: 'visit', username: name, visitedAt: record.visited_at };
  if (record.kind === 'visitor') return { line, kind: 'visitor', username: name, id: record.id };
  const { visits, id, source } = record;
  return { line, kind: 'opening', username: name, visits, id, source };
}

/**
 * Checks a user name by the rules of the service.
 * @throws {LineFault} naming the broken rule.
 */
export function parseName(line: number, text: string): string {
  try {
    return parseUsername(text);
  } catch (error) {
    if (error instanceof DomainError) throw new LineFault(line, error.message.replace(/\.$/, ''));
    throw error;
  }
}

/** Whether the text is a count that may be imported. */
export function isCount(text: string): boolean {
  return isWithin(text, 0, maxImportedCount);
}

function isWithin(text: string, least: number, most: number): boolean {
  return /^\d{1,16}$/.test(text) && Number(text) >= least && Number(text) <= most;
}

/** Whether an export can write the time: its year in UTC has four digits, also after PostgreSQL has rounded it. */
function hasYear(text: string): boolean {
  const time = new Date(text);
  return time >= firstMoment && time < lastMoment && !text.startsWith('0000');
}

function explainTime(text: string): string {
  const rule = 'must be an RFC 3339 time such as 2026-01-31T12:00:00.123456Z';
  const hasNoZone = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/i.test(text);
  return hasNoZone ? `${rule}; it has no time zone: add Z for UTC, or an offset such as +02:00` : rule;
}

function explainIssue(issue: z.core.$ZodIssue | undefined, given: object): string {
  if (issue?.code === 'unrecognized_keys') {
    return `a line of its kind has no field ${issue.keys.map((key) => `"${showInvisible(key)}"`).join(', ')}`;
  }
  const field = issue?.path.join('.') ?? '';
  const value = (given as Record<string, unknown>)[field];
  const isPadded = typeof value === 'string' && value !== value.trim();
  return `"${field}" ${issue?.message ?? 'is invalid'}${isPadded ? ', without a space at either end' : ''}`;
}

/** Writes characters that nobody can see, such as a byte order mark, by their numbers. */
export function showInvisible(text: string): string {
  return text.replace(/(?! )[\p{C}\p{Z}]/gu, (character) => {
    const number = character.codePointAt(0) ?? 0;
    return `<U+${number.toString(16).toUpperCase().padStart(4, '0')}>`;
  });
}
