import { z } from 'zod';
import { parseUsername } from '../../shared/username';

const largestBigint = 9_223_372_036_854_775_807n;

/** A user name in a path; the error is the domain's own, so that it keeps its code. */
export const usernameParams = z.object({
  username: z
    .string()
    .transform((decoded) => parseUsername(decoded))
    .meta({ description: 'The name of a visitor, 1 to 80 characters.', examples: ['alice'] }),
});

/** Decimal text of a bigint from 0 on, such as an id. */
export const bigintText = z
  .string()
  .regex(/^\d{1,19}$/, { error: 'it is not a whole number from 0 on', abort: true })
  .refine((text) => BigInt(text) <= largestBigint, 'it is too large');

/** An RFC 3339 date and time with a zone. https://www.rfc-editor.org/rfc/rfc3339 */
export const timestamp = z
  .string('it is given more than once')
  // An unencoded "+" of the zone arrives as a space.
  .transform((text) => text.toUpperCase().replace(/ (?=\d\d:\d\d$)/, '+'))
  .pipe(z.iso.datetime({ offset: true, error: 'it is not RFC 3339, such as 2026-01-31T12:00:00Z' }))
  .transform((text) => new Date(text))
  // What PostgreSQL and a four-digit year can both say.
  .refine((date) => date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9999, 'its year is out of range')
  .meta({ format: 'date-time', examples: ['2026-01-31T12:00:00Z'] });

/** The beginning of a name. It is text, not a pattern; an empty one is none. */
export const namePrefix = z
  .string('it is given more than once')
  .max(160, 'it is longer than any name')
  .transform((text) => (text === '' ? undefined : text.normalize('NFC')))
  .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text ?? ''), 'it holds a control or a surrogate character')
  .describe('Only names that begin with this text, upper and lower case told apart.');

/** An IANA time zone, such as Europe/Berlin. https://www.iana.org/time-zones */
export const timeZone = z
  .string('it is given more than once')
  // An offset such as +02:00 means its opposite to PostgreSQL.
  .refine((name) => /^[A-Za-z][\w+/-]{0,63}$/.test(name) && isTimeZone(name), 'it is no IANA time zone')
  .default('UTC')
  .describe('The IANA time zone whose days, weeks and months are meant.');

/** How many results a page holds. */
export const pageLimit = z
  .string('it is given more than once')
  .regex(/^([1-9]\d{0,2}|1000)$/, 'it is not a whole number from 1 to 1000')
  .transform(Number)
  .prefault('1000')
  .describe('The most results of a page, from 1 to 1000.');

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
