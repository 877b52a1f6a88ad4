import { z } from 'zod';
import { isTimeZone } from '../../services/queries/zone-clock';
import { firstMoment, lastMoment } from '../../shared/moments';
import { parseStoredUsername, parseUsername } from '../../shared/username';

/** The message for a query parameter that is repeated. */
export const givenOnce = 'must be given only once';

const username = (
  parse: (decoded: string) => string,
  error: string | z.core.$ZodErrorMap<z.core.$ZodIssueInvalidType> = givenOnce,
) =>
  z
    .string({ error })
    .transform((decoded) => parse(decoded))
    .meta({
      description: 'The name of a visitor, 1 to 255 characters. In a path, "/" is written %2F.',
      examples: ['alice'],
    });

/** A user name in a path that may record. Its error is a domain error, with its own code. */
export const usernameParams = z.object({ username: username(parseUsername) });

/** A user name in a path that reads. */
export const storedUsernameParams = z.object({ username: username(parseStoredUsername) });

/** A user name in the query. */
export const nameQuery = z.object({
  name: username(parseUsername, ({ input }) => (input === undefined ? 'must be given' : givenOnce)),
});

/** An RFC 3339 date and time with a zone. https://www.rfc-editor.org/rfc/rfc3339 */
export const timestamp = z
  .string(givenOnce)
  // The "+" of an unencoded zone arrives as a space.
  .transform((text) => text.toUpperCase().replace(/ (?=\d\d:\d\d$)/, '+'))
  .pipe(
    z.iso.datetime({
      offset: true,
      error: 'must be an RFC 3339 date and time such as 2026-01-31T12:00:00Z',
    }),
  )
  .transform((text) => new Date(text))
  .refine((date) => date >= firstMoment && date <= lastMoment, 'must have a year from 1 to 9999')
  .meta({ format: 'date-time', examples: ['2026-01-31T12:00:00Z'] });

/** An IANA time zone. https://www.iana.org/time-zones */
export const timeZone = z
  .string(givenOnce)
  // Offsets such as +02:00 are not IANA names.
  .refine(
    (name) => /^[A-Za-z][\w+/-]{0,63}$/.test(name) && isTimeZone(name),
    'must be an IANA time zone such as Europe/Berlin',
  )
  .default('UTC')
  .describe('The IANA time zone of days, weeks and months.');
