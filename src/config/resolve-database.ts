import { readFileSync } from 'node:fs';
import type { SettingValues } from './setting-definitions';
import type {
  DatabaseAddress,
  DatabaseLogin,
  EmbeddedDatabase,
  ExternalDatabase,
  TlsSettings,
} from './settings';

const addressSettings = ['DB_HOST', 'DB_PORT', 'DB_NAME', 'DB_USERNAME'] as const;

/**
 * Decides which database is meant: one named by `DATABASE_URL`, one named by the `DB_` settings, or,
 * when neither is there, the embedded one. Faults are added to the list, not thrown.
 */
export function resolveDatabase(
  values: SettingValues,
  faults: string[],
): ExternalDatabase | EmbeddedDatabase {
  const named = addressSettings.filter((name) => values[name] !== undefined);
  if (values.DATABASE_URL !== undefined) {
    if (named.length > 0) faults.push(`${named.join(', ')}: set beside DATABASE_URL; keep one of the two`);
    return external(parseDatabaseUrl(values.DATABASE_URL, values.DB_PASSWORD, faults), values, faults);
  }
  if (named.length === 0 && values.DB_PASSWORD === undefined) {
    if (values.DB_OWNER_USERNAME !== undefined)
      faults.push('DB_OWNER_USERNAME: set, although no database is');
    return { kind: 'embedded', dataDirectory: values.DATA_DIR };
  }
  return external(readAddress(values, faults), values, faults);
}

function external(address: DatabaseAddress, values: SettingValues, faults: string[]): ExternalDatabase {
  return {
    kind: 'external',
    ...address,
    owner: resolveOwner(values, address, faults),
    tls: resolveTls(values, faults),
  };
}

function resolveOwner(
  values: SettingValues,
  service: DatabaseAddress,
  faults: string[],
): DatabaseLogin | undefined {
  const { DB_OWNER_USERNAME: username, DB_OWNER_PASSWORD: password } = values;
  if (username === undefined && password !== undefined) {
    faults.push('DB_OWNER_USERNAME: missing, although DB_OWNER_PASSWORD is there');
  }
  return username === undefined || username === service.username ? undefined : { username, password };
}

function readAddress(values: SettingValues, faults: string[]): DatabaseAddress {
  const demand = (name: 'DB_HOST' | 'DB_NAME' | 'DB_USERNAME'): string => {
    const value = values[name];
    if (value === undefined) faults.push(`${name}: missing, although other DB_ settings are there`);
    return value ?? '';
  };
  return {
    host: demand('DB_HOST'),
    port: values.DB_PORT ?? 5432,
    database: demand('DB_NAME'),
    username: demand('DB_USERNAME'),
    password: values.DB_PASSWORD,
  };
}

function parseDatabaseUrl(text: string, password: string | undefined, faults: string[]): DatabaseAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const database = url?.pathname.slice(1) ?? '';
  // The value is never repeated in a fault: it holds a password.
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || url.hostname === '' || database === '') {
    faults.push('DATABASE_URL: not of the form postgres://user:password@host:port/name');
  }
  // pg and libpq read sslmode differently, so TLS has one place only.
  if (url && url.search !== '') faults.push('DATABASE_URL: takes no ?parameters; for TLS set DB_SSL');
  return {
    host: url?.hostname.replace(/^\[|\]$/g, '') ?? '',
    port: url?.port ? Number(url.port) : 5432,
    database: decode(database, faults),
    username: decode(url?.username ?? '', faults),
    password: url?.password ? decode(url.password, faults) : password,
  };
}

function decode(text: string, faults: string[]): string {
  try {
    return decodeURIComponent(text);
  } catch {
    faults.push('DATABASE_URL: holds malformed percent-encoding');
    return text;
  }
}

function resolveTls(values: SettingValues, faults: string[]): TlsSettings | undefined {
  if (values.DB_SSL === 'off') return undefined;
  let ca: string | undefined;
  if (values.DB_SSL_CA_FILE !== undefined) {
    try {
      ca = readFileSync(values.DB_SSL_CA_FILE, 'utf8');
    } catch (error) {
      faults.push(`DB_SSL_CA_FILE: ${(error as Error).message}`);
    }
  }
  return { verifyHost: values.DB_SSL === 'verify-full', ca };
}
