import { z } from 'zod';
import { givenOnce } from '../parameters';

const badgeStyles = ['flat', 'flat-square', 'plastic', 'for-the-badge', 'social'] as const;

/**
 * The colour names of the badge library. https://github.com/badges/shields/tree/master/badge-maker
 */
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

const color = z
  .string(givenOnce)
  .regex(
    new RegExp(`^(#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})|${colorNames.join('|')})$`),
    `must be a hexadecimal colour such as 07c or 0077cc, or one of ${colorNames.join(', ')}`,
  );

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
  color: color.default('blue').describe('The colour behind the number: a name or hexadecimal.'),
  labelColor: color.optional().describe('The colour behind the label: a name or hexadecimal.'),
  abbreviate: z
    .enum(['true', 'false'], 'must be true or false')
    .default('false')
    .describe('Whether to shorten large numbers, such as 12.3k.'),
});

/** The parsed query parameters of a badge, with defaults. */
export type BadgeOptions = z.infer<typeof badgeQuery>;
