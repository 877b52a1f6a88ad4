import {
  graphic,
  joinsNext,
  joinsPrevious,
  marks,
  pictographs,
  spaces,
  transparent,
  viramas,
} from './unicode-15-1';

// A migration imports this file, so it never changes: another rule gets another file.

/** The longest user name, in code points after NFC. */
export const maxUsernameLength = 255;

/** An empty, "." or ".." segment between slashes, or "-" as the first one. */
export const reservedSegment = String.raw`(?:^|/)\.{0,2}(?:/|$)|^-(?:/|$)`;

/** A space at either end. */
export const outerSpace = `^[${toClass(spaces)}]|[${toClass(spaces)}]$`;

/** A combining mark without a character that carries it. */
export const loneMark = `(?:^|[/${toClass(spaces)}])[${toClass(marks)}]`;

/**
 * A text of allowed characters. Joiners stand where CONTEXTJ of RFC 5892 (appendices A.1 and A.2) allows them: after a
 * virama; U+200C also between letters that would join. A variation selector stands after a pictograph or in a keycap.
 */
export const allowedText = `^(?:${[
  `[${toClass(graphic)}/]`,
  String.raw`[${toClass(viramas)}][\u200C\u200D]`,
  String.raw`[${toClass(joinsNext)}][${toClass(transparent)}]*\u200C(?=[${toClass(transparent)}]*[${toClass(joinsPrevious)}])`,
  String.raw`[${toClass(pictographs)}][\uFE0E\uFE0F]`,
  String.raw`[#*0-9]\uFE0F\u20E3`,
].join('|')})*$`;

/**
 * Writes a pattern, which is one of JavaScript with the flag `u`, as an advanced regular expression of PostgreSQL.
 * https://www.postgresql.org/docs/current/functions-matching.html#POSIX-ESCAPE-SEQUENCES
 */
export function toPostgres(pattern: string): string {
  return pattern.replace(/\\u\{([0-9A-F]+)\}/g, (_, hex: string) =>
    hex.length > 4 ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`,
  );
}

/** Writes ranges of code points as the content of a character class. */
function toClass(ranges: string): string {
  return ranges
    .trim()
    .replace(/[0-9A-F]+/g, String.raw`\u{$&}`)
    .replace(/\s+/g, '');
}
