import type { RangeKey, RangeRequest, Span } from '../../services/queries/range';

const words: Record<RangeKey, string> = {
  '24h': 'in the last 24 hours',
  '7d': 'in the last 7 days',
  '30d': 'in the last 30 days',
  '90d': 'in the last 90 days',
  '1y': 'in the last 53 weeks',
  all: 'since the first visit',
};

/** Says a range in the words of a sentence. */
export function describeRange(range: RangeRequest): string {
  return 'key' in range ? words[range.key] : 'on these days';
}

/** Formats the dates of a span, for hours with the time: "30 Oct – 28 Nov 2026". */
export function formatSpan({ since, until }: Span, timeZone: string, withTime: boolean): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    ...(withTime ? { hour: '2-digit', minute: '2-digit' } : {}),
    timeZone,
  });
  return format.formatRange(since, new Date(until.getTime() - 1));
}

/** Formats one day. */
export function formatDay(day: Date, timeZone: string): string {
  const options = { day: 'numeric', month: 'short', year: 'numeric', timeZone } as const;
  return new Intl.DateTimeFormat('en-GB', options).format(day);
}
