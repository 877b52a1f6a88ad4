import { formatHex, parse } from 'culori';
import { z } from 'zod';
import { givenOnce, timeZone } from '../parameters';
import { hasLogo } from './load-logo';

const badgeStyles = ['flat', 'flat-square', 'plastic', 'for-the-badge', 'social'] as const;
const formats = ['plain', 'grouped', 'abbreviated'] as const;
const maxDigits = 12;
const periods = ['total', 'today', '7d', '30d', 'today/total'] as const;

/** The colour names of the badge library. https://github.com/badges/shields/tree/master/badge-maker */
const colorNames = [
  'brightgreen',
  'green',
  'yellowgreen',
  'yellow',
  'orange',
  'red',
  'blue',
  'grey',
  'gray',
  'lightgrey',
  'lightgray',
  'critical',
  'important',
  'success',
  'informational',
  'inactive',
];

/** A colour, as a name that the badge library knows or as `#rrggbb`. */
export const color = z
  .string(givenOnce)
  .max(80, 'must have at most 80 characters')
  .transform((text, context) => {
    const css = parse(text);
    const opaque = (css?.alpha ?? 1) < 1 ? undefined : css;
    const value = colorNames.includes(text) ? text : formatHex(opaque);
    if (value !== undefined) return value;
    context.addIssue({
      code: 'custom',
      message: `must be an opaque CSS colour such as 07c, teal or hsl(200 50% 40%), or one of ${colorNames.join(', ')}`,
    });
    return z.NEVER;
  });

/** The query parameters of a badge. */
export const badgeQuery = z.object({
  style: z
    .enum(badgeStyles, `must be one of ${badgeStyles.join(', ')}`)
    .default('flat')
    .describe('The shape of the badge.'),
  label: z
    .string(givenOnce)
    .max(80, 'must have at most 80 characters')
    // XML cannot contain these characters, not even escaped. https://www.w3.org/TR/xml/#charsets
    .refine(
      (text) => !/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u.test(text),
      'must not contain characters that XML forbids',
    )
    .default('visits')
    .describe('The text before the number. Empty for the number alone.'),
  color: color.default('blue').describe('The colour behind the number: a name or an opaque CSS colour.'),
  labelColor: color.optional().describe('The colour behind the label: a name or an opaque CSS colour.'),
  logo: z
    .string(givenOnce)
    .refine(hasLogo, 'must be the slug of an icon at https://simpleicons.org')
    .optional()
    .describe('The slug of an icon of Simple Icons, such as github.'),
  period: z
    .enum(periods, `must be one of ${periods.join(', ')}`)
    .default('total')
    .describe('The visits to show: all, those of today, or those of the last days with today.'),
  tz: timeZone,
  format: z
    .enum(formats, `must be one of ${formats.join(', ')}`)
    .default('plain')
    .describe('How to write the number: 1234, 1,234 or 1.2k.'),
  abbreviate: z
    .enum(['true', 'false'], 'must be true or false')
    .default('false')
    .describe('true is the same as format=abbreviated.'),
  digits: z
    .string(givenOnce)
    .regex(/^(?:[1-9]|1[0-2])$/, `must be a number from 1 to ${maxDigits}`)
    .transform(Number)
    .optional()
    .describe('Pads the number with zeros to so many digits. An abbreviated number is not padded.'),
});

/** The parsed query parameters of a badge, with defaults. */
export type BadgeOptions = z.infer<typeof badgeQuery>;
