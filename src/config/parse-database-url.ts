import type { DatabaseAddress } from './settings';

/**
 * Parses `postgres://user:password@host:port/name`. The parts are percent-encoded; the host may be the folder of a
 * socket, such as `%2Frun%2Fpostgresql`. Faults are added to the list, not thrown. No fault repeats the value, because
 * it holds a password.
 */
export function parseDatabaseUrl(text: string, faults: string[]): DatabaseAddress {
  const fault = (reason: string): void => {
    faults.push(`DATABASE_URL: ${reason}`);
  };
  const decode = (part: string): string => {
    try {
      return decodeURIComponent(part);
    } catch {
      fault('must be percent-encoded correctly; write %25 for "%"');
      return part;
    }
  };
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const database = url?.pathname.slice(1) ?? '';
  const reserved = findReserved(text);
  if (reserved.length > 0) {
    const list = reserved
      .map((character) => `${encodeURIComponent(character)} for "${character}"`)
      .join(', ');
    fault(`must have its user, password and name percent-encoded; write ${list}`);
  } else if (!url || !/^postgres(ql)?:$/.test(url.protocol) || url.hostname === '' || database === '') {
    fault('must have the form postgres://user:password@host:port/name');
  } else if (url.username === '') {
    fault('must name a user: postgres://user:password@host:port/name');
  }
  if (url?.port === '0') fault('must have a port from 1 to 65535');
  // pg and libpq disagree about sslmode, so only DB_SSL decides about TLS.
  if (url && url.search !== '') fault('must have no ?parameters; set DB_SSL for TLS');
  return {
    host: decode(url?.hostname ?? '').replace(/^\[|\]$/g, ''),
    port: url?.port ? Number(url.port) : 5432,
    database: decode(database),
    username: decode(url?.username ?? ''),
    password: url?.password ? decode(url.password) : undefined,
  };
}

/** Lists the characters that end a part of a URL too early, or that `URL` removes. */
function findReserved(text: string): string[] {
  const [, login = '', rest = ''] = /^[^:]*:\/\/(?:(.*)@)?(.*)$/s.exec(text) ?? [];
  const found = [...(login.match(/[/?#]/g) ?? []), ...(rest.match(/#/g) ?? []), ...(text.match(/\s/g) ?? [])];
  // Such an "@" is part of the login for this function, and of the name for `URL`.
  if (found.includes('/') && login.includes('@')) found.push('@');
  return [...new Set(found)];
}
