/** The formats of the reader's language. */
export interface Formats {
  /** Formats an integer. */
  readonly number: (value: number) => string;
  /** Formats a number with at most one decimal. */
  readonly decimal: (value: number) => string;
  /** Formats a change: 0.123 is "+12%". */
  readonly percent: (change: number) => string;
}

const mostLanguages = 10;

/**
 * Creates the formats of the first supported language, else English.
 * @param languages tags or POSIX locales in order of preference, as in `Accept-Language`.
 */
export function createFormats(languages: readonly string[]): Formats {
  const tags = languages
    .slice(0, mostLanguages)
    .map((name) => name.replace(/[.@].*$/, '').replaceAll('_', '-'));
  const create = (options?: Intl.NumberFormatOptions) => {
    const format = new Intl.NumberFormat([...tags.filter(isLanguage), 'en'], options);
    return (value: number) => format.format(value);
  };
  const options = { style: 'percent', signDisplay: 'exceptZero' } as const;
  const [whole, fine] = [create(options), create({ ...options, maximumSignificantDigits: 1 })];
  return {
    number: create(),
    decimal: create({ maximumFractionDigits: 1 }),
    // A small change is not shown as none.
    percent: (change) => (Math.abs(change) < 0.01 ? fine(change) : whole(change)),
  };
}

/**
 * Names the class of a number by its length. The style sheet gives longer numbers a smaller font, so
 * that each stays on one line.
 */
export function classifyLength(text: string): 'short' | 'long' | 'longest' {
  if (text.length <= 7) return 'short';
  return text.length <= 13 ? 'long' : 'longest';
}

const units = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

const relative = new Intl.RelativeTimeFormat('en');

/** Formats how long ago a moment was, or how far ahead it is, in the largest unit that fits. */
export function formatAge(moment: Date, now: Date): string {
  const seconds = (moment.getTime() - now.getTime()) / 1000;
  const found = units.find(([, length]) => Math.abs(seconds) >= length);
  if (found) return relative.format(Math.trunc(seconds / found[1]), found[0]);
  return seconds > 0 ? 'in less than a minute' : 'just now';
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}
