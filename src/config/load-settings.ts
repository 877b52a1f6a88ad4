import { OperatorError } from '../shared/operator-error';
import { readSecretFile } from './read-secret-file';
import { resolveDatabase } from './resolve-database';
import { secretSettings, settingDefinitions, type SettingValues } from './setting-definitions';
import type { HttpSettings, Settings } from './settings';

type Environment = Readonly<Record<string, string | undefined>>;

/** Every fault of the settings, one a line. */
export class SettingsError extends OperatorError {
  override readonly name = 'SettingsError';

  constructor(readonly faults: readonly string[]) {
    super(`These settings are not valid:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

/**
 * Reads and checks every setting.
 * @throws {SettingsError} naming all faults at once, one a line.
 */
export function loadSettings(environment: Environment): Settings {
  const faults: string[] = [];
  const given = readSecretFiles(dropEmpty(environment), faults);
  const parsed = settingDefinitions.safeParse(given);
  if (!parsed.success) {
    faults.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
    throw new SettingsError(faults);
  }
  const settings = arrangeSettings(parsed.data, faults);
  if (faults.length > 0) throw new SettingsError(faults);
  return settings;
}

function arrangeSettings(values: SettingValues, faults: string[]): Settings {
  if (values.DB_QUERY_TIMEOUT_MS <= values.DB_STATEMENT_TIMEOUT_MS) {
    faults.push(
      'DB_QUERY_TIMEOUT_MS: must be above DB_STATEMENT_TIMEOUT_MS, so that the server cancels first',
    );
  }
  if (values.ANSWER_TIMEOUT_MS <= values.DB_STATEMENT_TIMEOUT_MS) {
    faults.push(
      'ANSWER_TIMEOUT_MS: must be above DB_STATEMENT_TIMEOUT_MS, so that an answer knows whether a visit was recorded',
    );
  }
  if (values.READ_KEY === undefined && (values.PUBLIC ?? 'all') !== 'all') {
    faults.push('PUBLIC: must be all without READ_KEY, because nothing else could be read');
  }
  return {
    http: arrangeHttp(values),
    metrics:
      values.METRICS_PORT === undefined
        ? undefined
        : { host: values.METRICS_HOST ?? values.HOST, port: values.METRICS_PORT },
    logLevel: values.LOG_LEVEL,
    database: resolveDatabase(values, faults),
    pool: {
      size: values.DB_POOL_SIZE,
      recycleMs: values.DB_POOL_RECYCLE * 1000,
      connectTimeoutMs: values.DB_CONNECT_TIMEOUT_MS,
      acquireTimeoutMs: values.DB_ACQUIRE_TIMEOUT_MS,
      statementTimeoutMs: values.DB_STATEMENT_TIMEOUT_MS,
      queryTimeoutMs: values.DB_QUERY_TIMEOUT_MS,
      preparesStatements: values.DB_PREPARED_STATEMENTS === 'on',
    },
    recording: {
      maxInFlight: values.RECORD_MAX_IN_FLIGHT,
      maxBatch: values.RECORD_MAX_BATCH,
      maxWaiting: values.RECORD_MAX_WAITING,
      // After a longer wait the answer could be due before the statement has ended or timed out.
      waitWithinMs: values.ANSWER_TIMEOUT_MS - values.DB_STATEMENT_TIMEOUT_MS,
      keyPruneIntervalMs: values.KEY_PRUNE_INTERVAL_MS,
      rollUpIntervalMs: values.ROLL_UP_INTERVAL_MS,
      retainMonths: values.RETAIN_MONTHS,
    },
    answerWithinMs: values.ANSWER_TIMEOUT_MS,
    shutdown: { drainMs: values.SHUTDOWN_DRAIN_MS, timeoutMs: values.SHUTDOWN_TIMEOUT_MS },
    newRelic:
      values.NEW_RELIC_LICENSE_KEY === undefined
        ? undefined
        : { licenseKey: values.NEW_RELIC_LICENSE_KEY, appName: values.NEW_RELIC_APP_NAME },
  };
}

function arrangeHttp(values: SettingValues): HttpSettings {
  return {
    host: values.HOST,
    port: values.PORT,
    basePath: values.BASE_PATH,
    maxConnections: values.HTTP_MAX_CONNECTIONS,
    requestTimeoutMs: values.HTTP_REQUEST_TIMEOUT_MS,
    maxHeadBytes: values.HTTP_MAX_HEAD_BYTES,
    maxUrlBytes: values.HTTP_MAX_URL_BYTES,
    trustedProxies: values.TRUSTED_PROXIES?.split(',').map((proxy) => proxy.trim()) ?? [],
    corsOrigins: values.CORS_ORIGINS ?? [],
    streams: { most: values.LIVE_MAX_STREAMS, perClient: values.LIVE_MAX_STREAMS_PER_CLIENT },
    rateLimits: {
      windowS: values.RATE_LIMIT_WINDOW,
      visits: values.RATE_LIMIT_VISITS,
      reads: values.RATE_LIMIT_READS,
      badges: values.RATE_LIMIT_BADGES,
      names: values.RATE_LIMIT_NAMES,
    },
    admission: {
      bots: values.BOTS,
      names: values.NAMES,
      reservedNames: values.RESERVED_NAMES ?? [],
      answerWithinMs: values.ANSWER_TIMEOUT_MS,
    },
    reading: {
      key: values.READ_KEY,
      public: values.PUBLIC ?? (values.READ_KEY === undefined ? 'all' : 'numbers'),
    },
  };
}

// Compose and Ansible pass a setting without a value as an empty string.
function dropEmpty(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
}

function readSecretFiles(environment: Environment, faults: string[]): Environment {
  const given = { ...environment };
  for (const name of secretSettings) {
    const file = environment[`${name}_FILE`];
    if (file === undefined) continue;
    if (given[name] !== undefined) {
      faults.push(`${name}: must not be set together with ${name}_FILE`);
      continue;
    }
    try {
      given[name] = readSecretFile(file);
    } catch (error) {
      faults.push(`${name}_FILE: ${(error as Error).message}`);
    }
  }
  return given;
}
