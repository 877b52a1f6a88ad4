import { DomainError } from './domain-error';
import { allowedText, loneMark, maxUsernameLength, outerSpace, reservedSegment } from './username-patterns';

const plainName = /^[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/;
const hasReservedSegment = new RegExp(reservedSegment, 'u');
const hasOuterSpace = new RegExp(outerSpace, 'u');
const hasLoneMark = new RegExp(loneMark, 'u');
const isAllowedText = new RegExp(allowedText, 'u');

/**
 * Converts a decoded name to the stored one: NFC, 1 to 255 characters of Unicode 15.1 that can be seen, in segments
 * between slashes. The checks of the table are made from the same patterns.
 * @throws {DomainError} `invalid-username`, naming the broken rule.
 */
export function parseUsername(decoded: string): string {
  if (decoded.length <= maxUsernameLength && plainName.test(decoded)) return decoded;
  const name = normalise(decoded);
  if (!name.isWellFormed() || !isAllowedText.test(name)) {
    throw invalid(
      'it holds a backslash, or a character that cannot be seen or that Unicode 15.1 does not assign',
    );
  }
  if (hasReservedSegment.test(name)) {
    throw invalid('a part between slashes must not be empty, "." or "..", and the first must not be "-"');
  }
  if (hasOuterSpace.test(name)) throw invalid('it begins or ends with a space');
  if (hasLoneMark.test(name)) throw invalid('a combining mark follows no character');
  return name;
}

const formerlyForbidden = /[\p{Cc}\p{Cf}\p{Cs}\u2065/\\]/u;

/**
 * Converts a decoded name to one that may be stored. Earlier releases counted some names that are refused now, which
 * can still be read.
 * @throws {DomainError} `invalid-username`
 */
export function parseStoredUsername(decoded: string): string {
  try {
    return parseUsername(decoded);
  } catch (error) {
    const name = normalise(decoded);
    if (formerlyForbidden.test(name) || ['.', '..', '-'].includes(name) || name.trim() !== name) throw error;
    return name;
  }
}

/** @throws {DomainError} if the name has no length that a name may have. */
function normalise(decoded: string): string {
  const name = decoded.normalize('NFC');
  if (name === '') throw invalid('it is empty');
  if (codePointLength(name) > maxUsernameLength) {
    throw invalid(`it is longer than ${maxUsernameLength} characters`);
  }
  return name;
}

function invalid(reason: string): DomainError {
  return new DomainError('invalid-username', `This is not a user name: ${reason}.`);
}

function codePointLength(text: string): number {
  // A code point is one or two UTF-16 units, so most long inputs need no walk.
  return text.length > maxUsernameLength * 2 ? text.length : Array.from(text).length;
}
