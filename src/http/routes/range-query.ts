import { z } from 'zod';
import { rangeKeys, type RangeRequest } from '../../services/queries/range';
import { givenOnce } from './parameters';

const date = z
  .string(givenOnce)
  // A form sends an empty field as well.
  .transform((text) => (text === '' ? undefined : text))
  .refine(
    (text) => text === undefined || (z.iso.date().safeParse(text).success && !text.startsWith('0000')),
    'must be a date such as 2026-01-31',
  )
  .optional();

/** The parameters of a range. */
export const rangeParameters = z.object({
  range: z
    .enum(rangeKeys, `must be one of ${rangeKeys.join(', ')}`)
    .optional()
    .describe('The range: the last hours, days or weeks, with the present one, or all visits.'),
  from: date.describe('The first day of a range of own dates, in the time zone "tz".'),
  to: date.describe('The last day of a range of own dates. Default: today.'),
});

/** Parses a range; own dates come before a range by name. */
export function toRange(
  { range, from, to }: z.infer<typeof rangeParameters>,
  context: { addIssue: (issue: { code: 'custom'; path: string[]; message: string }) => void },
): RangeRequest | undefined {
  const reject = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message });
  if (from === undefined && to !== undefined) reject('from', 'must be given with "to"');
  if (from !== undefined && to !== undefined && to < from) reject('to', 'must not be before "from"');
  if (from !== undefined) return { from, to };
  return range && { key: range };
}
