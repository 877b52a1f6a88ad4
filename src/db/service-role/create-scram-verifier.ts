import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

const iterations = 4096;

/**
 * Creates the verifier that PostgreSQL stores for a password, as libpq's PQencryptPasswordConn does. The password itself
 * appears in no statement, and so in no log of the server. https://www.rfc-editor.org/rfc/rfc5803
 * @throws {RangeError} for characters that are not printable ASCII, which SASLprep would change.
 */
export function createScramVerifier(password: string): string {
  if (!/^[\x20-\x7e]+$/.test(password)) {
    throw new RangeError('the password of the role must be one or more printable ASCII characters');
  }
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const sign = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(sign('Client Key')).digest('base64');
  const serverKey = sign('Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
