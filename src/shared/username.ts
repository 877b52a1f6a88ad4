import { DomainError } from './domain-error';

/** The longest user name, in Unicode code points after NFC. The database repeats the limit. */
export const maxUsernameLength = 80;

const plainName = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}$/;
// U+2065 is not assigned, so it is in no category; the check in the database covers its whole block.
const forbiddenCharacter = /[\p{Cc}\p{Cf}\p{Cs}\u2065/\\]/u;
const spaceAtAnEnd = /^\p{White_Space}|\p{White_Space}$/u;
const reservedNames = new Set(['.', '..', '-']);

/**
 * Turns what stood in a path, percent-decoded once, into the name that is stored: NFC-normalised,
 * 1 to 80 characters, no control, format, surrogate or bidi characters, no slashes, no space at an end.
 * @throws {DomainError} `invalid-username`, saying which rule was broken.
 */
export function parseUsername(decoded: string): string {
  if (plainName.test(decoded)) return decoded;
  const name = decoded.normalize('NFC');
  if (name === '') throw invalid('it is empty');
  if (codePointLength(name) > maxUsernameLength) {
    throw invalid(`it is longer than ${maxUsernameLength} characters`);
  }
  if (reservedNames.has(name)) throw invalid(`"${name}" is reserved`);
  if (forbiddenCharacter.test(name)) {
    throw invalid('it holds a slash, a backslash, or a control, format, bidi or surrogate character');
  }
  if (spaceAtAnEnd.test(name)) throw invalid('it begins or ends with a space');
  return name;
}

function invalid(reason: string): DomainError {
  return new DomainError('invalid-username', `This is not a user name: ${reason}.`);
}

function codePointLength(text: string): number {
  // A code point is one or two UTF-16 units, so most long inputs need no walk.
  return text.length > maxUsernameLength * 2 ? text.length : Array.from(text).length;
}
