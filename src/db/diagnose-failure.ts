import type { ReadinessCode } from '../shared/readiness-faults';

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const bySqlState: Readonly<Record<string, ReadinessCode>> = {
  '28P01': 'database-password-wrong',
  '28000': 'database-login-refused',
  '3D000': 'database-missing',
  '57P04': 'database-missing',
  '53100': 'database-disk-full',
  '53300': 'database-connections-exhausted',
  '57P01': 'database-starting',
  '57P02': 'database-starting',
  '57P03': 'database-starting',
  '57P05': 'database-connection-lost',
  '25P03': 'database-connection-lost',
  '25006': 'database-read-only',
  '26000': 'database-prepared-statements',
  '42P05': 'database-prepared-statements',
  '42501': 'database-privileges',
  // A table, a column or a function is missing.
  '42P01': 'migrations-pending',
  '42703': 'migrations-pending',
  '42883': 'migrations-pending',
  '55P03': 'database-timeout',
  '57014': 'database-timeout',
};

// https://nodejs.org/api/errors.html#common-system-errors
const bySystemCode: Readonly<Record<string, ReadinessCode>> = {
  ENOTFOUND: 'database-host-not-found',
  EAI_AGAIN: 'database-host-not-found',
  ECONNREFUSED: 'database-connection-refused',
  EHOSTUNREACH: 'database-unreachable',
  EHOSTDOWN: 'database-unreachable',
  ENETUNREACH: 'database-unreachable',
  ENETDOWN: 'database-unreachable',
  EADDRNOTAVAIL: 'database-unreachable',
  ETIMEDOUT: 'database-timeout',
  ECONNRESET: 'database-connection-lost',
  EPIPE: 'database-connection-lost',
  EPROTO: 'database-tls-failed',
};

// Reading a file can fail with the same codes, so they count only for connecting: to a socket file, or through a
// firewall of this machine.
const byConnectCode: Readonly<Record<string, ReadinessCode>> = {
  ENOENT: 'database-connection-refused',
  EACCES: 'database-unreachable',
  EPERM: 'database-unreachable',
};

// Errors without a code of their own, and the messages of PgBouncer, which all have the code 08P01. Neither is ever
// translated; PostgreSQL's own messages are, so they decide only between two codes.
const byMessage: readonly (readonly [RegExp, ReadinessCode])[] = [
  [/no encryption$|SSL off$|SSL required|SSL\/TLS required/, 'database-tls-required'],
  [/does not support SSL/, 'database-tls-refused'],
  [/establishing an SSL connection/, 'database-tls-failed'],
  [/client password must be a/, 'database-password-missing'],
  [/unsupported startup parameter|unrecognized configuration parameter/, 'database-parameter-refused'],
  [/password authentication failed/, 'database-password-wrong'],
  [/no such database|database .* does not exist/, 'database-missing'],
  [/no such user|no such role/, 'database-login-refused'],
  [/no more connections allowed/, 'database-connections-exhausted'],
  [/^timeout expired$|Query read timeout|^Connection timed out$|query_wait_timeout/, 'database-timeout'],
  [/Connection terminated|not queryable|server conn crashed/, 'database-connection-lost'],
];

/**
 * Finds out why the database could not be used.
 * @param error of the driver, also one that Sequelize or the statement runner has wrapped.
 * @returns `database-unavailable` for a failure that has no code of its own.
 */
export function diagnoseFailure(error: unknown): ReadinessCode {
  const chain = listCauses(error);
  const messages = chain.map(({ message = '' }) => message);
  const spoken = byMessage.find(([pattern]) => messages.some((message) => pattern.test(message)));
  if (spoken) return spoken[1];
  for (const { name, code = '', syscall } of chain) {
    if (isCertificateCode(code)) return 'database-tls-failed';
    const known =
      bySystemCode[code] ?? bySqlState[code] ?? (syscall === 'connect' ? byConnectCode[code] : undefined);
    if (known) return known;
    // Every connection of the pool stayed busy.
    if (name === 'SequelizeConnectionAcquireTimeoutError') return 'database-timeout';
  }
  return 'database-unavailable';
}

// https://nodejs.org/api/tls.html#x509-certificate-error-codes
function isCertificateCode(code: string): boolean {
  return /CERT|^ERR_(TLS|SSL)_|^(INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)$/.test(
    code,
  );
}

interface Failure {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly syscall?: string;
}

// Not instanceof: under jest, Node's own errors come from another realm.
function listCauses(error: unknown): Failure[] {
  if (typeof error !== 'object' || error === null) return [];
  // Sequelize keeps the driver's error as `parent`.
  const { parent, cause } = error as { parent?: unknown; cause?: unknown };
  return [error, ...listCauses(parent ?? cause)];
}
