import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

const iterations = 4096;

/**
 * Makes what PostgreSQL keeps of a password, so that the password itself is in no statement and so in no log of the
 * server. https://www.rfc-editor.org/rfc/rfc5803, as libpq's PQencryptPasswordConn does it.
 * @throws {RangeError} for a password with other than printable ASCII, which SASLprep would change.
 */
export function createScramVerifier(password: string): string {
  if (!/^[\x20-\x7e]+$/.test(password)) {
    throw new RangeError('the password of the role must be of printable ASCII characters, one at least');
  }
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const sign = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(sign('Client Key')).digest('base64');
  const serverKey = sign('Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
