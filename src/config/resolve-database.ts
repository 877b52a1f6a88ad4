import { readFileSync } from 'node:fs';
import { parseDatabaseUrl } from './parse-database-url';
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
 * Finds the database that the settings name by `DATABASE_URL` or by the `DB_` settings; otherwise it is the
 * embedded one. Faults are added to the list, not thrown.
 */
export function resolveDatabase(
  values: SettingValues,
  faults: string[],
): ExternalDatabase | EmbeddedDatabase {
  const named = addressSettings.filter((name) => values[name] !== undefined);
  if (values.DATABASE_URL !== undefined) {
    if (named.length > 0) faults.push(`${named.join(', ')}: must not be set together with DATABASE_URL`);
    return external(readUrl(values.DATABASE_URL, values.DB_PASSWORD, faults), values, faults);
  }
  if (named.length === 0 && values.DB_PASSWORD === undefined) {
    if (values.DB_OWNER_USERNAME !== undefined) {
      faults.push('DB_OWNER_USERNAME: must not be set without a database of your own');
    }
    return { kind: 'embedded', dataDirectory: values.DATA_DIR };
  }
  return external(readAddress(values, faults), values, faults);
}

function readUrl(text: string, password: string | undefined, faults: string[]): DatabaseAddress {
  const address = parseDatabaseUrl(text, faults);
  if (address.password !== undefined && password !== undefined) {
    faults.push('DB_PASSWORD: must not be set together with a password in DATABASE_URL');
  }
  return { ...address, password: address.password ?? password };
}

function external(address: DatabaseAddress, values: SettingValues, faults: string[]): ExternalDatabase {
  return {
    kind: 'external',
    ...address,
    owner: resolveOwner(values, address, faults),
    ownerAddress: resolveOwnerAddress(values, address),
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
    faults.push('DB_OWNER_USERNAME: must be set together with DB_OWNER_PASSWORD');
  }
  return username === undefined || username === service.username ? undefined : { username, password };
}

function resolveOwnerAddress(
  { DB_OWNER_HOST: host, DB_OWNER_PORT: port }: SettingValues,
  service: DatabaseAddress,
): ExternalDatabase['ownerAddress'] {
  if (host === undefined && port === undefined) return undefined;
  return { host: host ?? service.host, port: port ?? service.port };
}

function readAddress(values: SettingValues, faults: string[]): DatabaseAddress {
  const demand = (name: 'DB_HOST' | 'DB_NAME' | 'DB_USERNAME'): string => {
    const value = values[name];
    if (value === undefined) faults.push(`${name}: must be set together with the other DB_ settings`);
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
