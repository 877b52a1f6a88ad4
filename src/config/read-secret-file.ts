import { readFileSync } from 'node:fs';

/**
 * Reads a secret from a file, without the line end that editors add. A space at the end is part of the secret.
 * @throws {Error} if the file cannot be read, is empty, or is not UTF-8.
 */
export function readSecretFile(path: string): string {
  const secret = decode(readFileSync(path)).replace(/[\r\n]+$/, '');
  if (secret === '') throw new Error('the file is empty');
  return secret;
}

function decode(bytes: Buffer): string {
  try {
    // Drops a byte order mark.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error('the file is not UTF-8');
  }
}
