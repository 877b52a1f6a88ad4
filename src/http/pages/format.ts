/** Formats an integer in the reader's language. */
export type FormatNumber = (value: number) => string;

/**
 * Creates a number format for the first supported language, else English.
 * @param languages tags in order of preference, as in `Accept-Language`.
 */
export function createNumberFormat(languages: readonly string[]): FormatNumber {
  const format = new Intl.NumberFormat([...languages.filter(isLanguage), 'en']);
  return (value) => format.format(value);
}

const units = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

const relative = new Intl.RelativeTimeFormat('en');

/** Formats how long ago a moment was, in the largest unit that fits. */
export function formatAge(moment: Date, now: Date): string {
  const seconds = Math.max(0, (now.getTime() - moment.getTime()) / 1000);
  const found = units.find(([, length]) => seconds >= length);
  return found ? relative.format(-Math.floor(seconds / found[1]), found[0]) : 'just now';
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}
