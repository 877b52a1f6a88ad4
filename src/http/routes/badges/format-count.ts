import type { BadgeOptions } from './badge-query';

const steps = [
  ['G', 1_000_000_000n],
  ['M', 1_000_000n],
  ['k', 1000n],
] as const;

/** Writes a count as the options ask for it. */
export function formatCount(
  count: string,
  { format, abbreviate, digits = 1 }: Pick<BadgeOptions, 'format' | 'abbreviate' | 'digits'>,
): string {
  if (format === 'abbreviated' || abbreviate === 'true') return abbreviateCount(BigInt(count));
  const padded = count.padStart(digits, '0');
  return format === 'grouped' ? padded.replace(/\B(?=(?:\d{3})+$)/g, ',') : padded;
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
