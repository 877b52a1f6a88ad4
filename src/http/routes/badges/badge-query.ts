import { z } from 'zod';

/** The styles of the badge library. */
const badgeStyles = ['flat', 'flat-square', 'plastic', 'for-the-badge', 'social'] as const;

/** The colours that the badge library has names for. https://github.com/badges/shields/tree/master/badge-maker */
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
  .string('it is given more than once')
  .regex(
    new RegExp(`^(#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})|${colorNames.join('|')})$`),
    `it is neither hexadecimal, such as 07c or 0077cc, nor one of ${colorNames.join(', ')}`,
  );

/** How a badge looks. */
export const badgeQuery = z.object({
  style: z
    .enum(badgeStyles, `it is none of ${badgeStyles.join(', ')}`)
    .default('flat')
    .describe('The shape of the badge.'),
  label: z
    .string('it is given more than once')
    .max(80, 'it is longer than 80 characters')
    // What XML cannot hold, not even escaped. https://www.w3.org/TR/xml/#charsets
    .refine(
      (text) => !/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u.test(text),
      'it holds a character that no image can show',
    )
    .default('visits')
    .describe('The text before the number; empty for the number alone.'),
  color: color.default('blue').describe('The colour behind the number: a name, or hexadecimal.'),
  labelColor: color.optional().describe('The colour behind the label: a name, or hexadecimal.'),
  abbreviate: z
    .enum(['true', 'false'], 'it is neither "true" nor "false"')
    .default('false')
    .describe('Whether large numbers are shortened, as in 12.3k.'),
});

/** How a badge looks, with every default filled in. */
export type BadgeOptions = z.infer<typeof badgeQuery>;
