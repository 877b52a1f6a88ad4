import { makeBadge } from 'badge-maker';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { BadgeOptions } from './badge-query';

/** Shown if the number cannot be read. */
const unknown = '–';

const steps = [
  ['G', 1_000_000_000n],
  ['M', 1_000_000n],
  ['k', 1000n],
] as const;

// Rendering takes longer than the rest of a request, and the same badges are requested again and again.
const rendered = new LRUCache<string, string>({
  max: 500,
  memoMethod: (format) => makeBadge(JSON.parse(format) as Parameters<typeof makeBadge>[0]),
});

/** Renders a badge as SVG. The library escapes the label. The last renderings are kept. */
export function renderBadge(visits: string | undefined, options: BadgeOptions): string {
  const { label, color, labelColor, style } = options;
  const format = JSON.stringify({
    label,
    message: renderMessage(visits, options),
    color: visits === undefined ? 'lightgrey' : color,
    ...(labelColor === undefined ? {} : { labelColor }),
    style,
  });
  return rendered.memo(format);
}

/** A badge for shields.io. https://shields.io/badges/endpoint-badge */
export const badgeSchema = z
  .object({
    schemaVersion: z.literal(1),
    label: z.string(),
    message: z.string(),
    color: z.string(),
    labelColor: z.string().optional(),
    style: z.string(),
    isError: z.boolean().optional().describe('True if the number cannot be read.'),
  })
  .meta({ id: 'Badge', description: 'A badge in the endpoint schema of shields.io.' });

/** Presents a badge for shields.io. */
export function presentBadge(visits: string | undefined, options: BadgeOptions): z.infer<typeof badgeSchema> {
  const { label, color, labelColor, style } = options;
  return {
    schemaVersion: 1,
    label,
    message: renderMessage(visits, options),
    color,
    ...(labelColor === undefined ? {} : { labelColor }),
    style,
    ...(visits === undefined ? { isError: true } : {}),
  };
}

function renderMessage(visits: string | undefined, { abbreviate }: BadgeOptions): string {
  if (visits === undefined) return unknown;
  return abbreviate === 'true' ? abbreviateCount(BigInt(visits)) : visits;
}

/** Abbreviates a count to at most one decimal, rounded down to never show too many visits. */
export function abbreviateCount(count: bigint): string {
  const step = steps.find(([, size]) => count >= size);
  if (!step) return String(count);
  const [unit, size] = step;
  const tenths = (count * 10n) / size;
  const decimal = tenths % 10n;
  return `${tenths / 10n}${decimal === 0n ? '' : `.${decimal}`}${unit}`;
}
