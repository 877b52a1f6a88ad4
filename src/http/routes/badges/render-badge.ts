import { makeBadge } from 'badge-maker';
import type { BadgeOptions } from './badge-query';

/** What stands for a number that is not known at the moment. */
const unknown = '–';

const steps = [
  ['G', 1_000_000_000n],
  ['M', 1_000_000n],
  ['k', 1000n],
] as const;

/** Draws a badge as SVG. The library escapes what it is given. */
export function renderBadge(visits: string | undefined, options: BadgeOptions): string {
  const { label, color, labelColor, style } = options;
  return makeBadge({
    label,
    message: renderMessage(visits, options),
    color: visits === undefined ? 'lightgrey' : color,
    ...(labelColor === undefined ? {} : { labelColor }),
    style,
  });
}

/** Presents a badge for shields.io to draw. https://shields.io/badges/endpoint-badge */
export function presentBadge(visits: string | undefined, options: BadgeOptions) {
  const { label, color, labelColor, style } = options;
  return {
    schemaVersion: 1 as const,
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

/** Shortens a count to a unit with at most one decimal, rounded down: a badge never shows more than was counted. */
export function abbreviateCount(count: bigint): string {
  const step = steps.find(([, size]) => count >= size);
  if (!step) return String(count);
  const [unit, size] = step;
  const tenths = (count * 10n) / size;
  const decimal = tenths % 10n;
  return `${tenths / 10n}${decimal === 0n ? '' : `.${decimal}`}${unit}`;
}
