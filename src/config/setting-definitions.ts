import { z } from 'zod';
import { countingSettings } from './counting-settings';
import { connectionSettings, databaseSettings } from './database-settings';
import { limitSettings } from './limit-settings';
import { readingSettings } from './reading-settings';
import { basePath, choice, integer, milliseconds, originList, proxyList } from './setting-rules';

const text = z.string();
const port = integer(0, 65_535);
const count = (max?: number) => integer(1, max);

/**
 * Every setting with its rule, its default, and one line of documentation, grouped as in
 * `docs/settings.md`. That page and the example env files are generated from this list.
 */
export const settingGroups = {
  Server: {
    HOST: text.default('127.0.0.1').describe('Listen on this address. Use `0.0.0.0` in a container.'),
    PORT: port.default(8000).describe('Listen on this port. `0` takes any free port.'),
    BASE_PATH: basePath
      .default('')
      .describe(
        'Serve below this path, such as `/count`. A proxy in front must not remove it. Health and metrics stay at `/-/`.',
      ),
    TRUSTED_PROXIES: proxyList
      .optional()
      .describe(
        'Trust `X-Forwarded-For` from these proxies, separated by commas: `10.0.0.0/8`, `::1`, `uniquelocal`.',
      ),
    CORS_ORIGINS: originList
      .optional()
      .describe(
        'Let pages of these origins read everything, not only the numbers of names: `https://example.org`, or `*`.',
      ),
    ANSWER_TIMEOUT_MS: milliseconds
      .default(5000)
      .describe(
        'Answer within this time, whatever the database does. Must be above `DB_STATEMENT_TIMEOUT_MS`.',
      ),
  },
  Limits: limitSettings,
  Counting: countingSettings,
  Reading: readingSettings,
  Database: databaseSettings,
  'Database connections': connectionSettings,
  'Embedded database': {
    DATA_DIR: text
      .default('.data')
      .describe('Folder of the embedded PostgreSQL. Not used with a database of your own.'),
  },
  Recording: {
    RECORD_MAX_IN_FLIGHT: count(100)
      .default(4)
      .describe(
        'Most recording statements under way at once. A further one begins after 5 ms, or when it is full.',
      ),
    RECORD_MAX_BATCH: count(10_000).default(500).describe('Most visits in one recording statement.'),
    RECORD_MAX_WAITING: count()
      .default(10_000)
      .describe('Most visits in the queue. More are refused with 503 `overloaded`.'),
    KEY_PRUNE_INTERVAL_MS: milliseconds
      .default(60_000)
      .describe('Interval at which idempotency keys older than a day are removed.'),
    ROLL_UP_INTERVAL_MS: milliseconds
      .default(500)
      .describe('Interval at which new visits are added to the counts over time.'),
    RETAIN_MONTHS: integer(1, 1200)
      .optional()
      .describe(
        'Retire the visits before the last N whole months. The service must log in as the owner of the tables.',
      ),
  },
  Shutdown: {
    SHUTDOWN_DRAIN_MS: integer(0, 600_000)
      .default(0)
      .describe('Accept requests for this long while readiness is 503, so that a proxy sees it.'),
    SHUTDOWN_TIMEOUT_MS: milliseconds
      .default(10_000)
      .describe('Longest wait for requests under way when the service stops.'),
  },
  Monitoring: {
    LOG_LEVEL: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
      .default('info')
      .describe('Lowest level that is logged. Successful requests are logged at `debug`.'),
    METRICS_PORT: port.optional().describe('Serve `/-/metrics` on this port instead of `PORT`.'),
    METRICS_HOST: text
      .optional()
      .describe('Listen on this address for `METRICS_PORT`. The value of `HOST` if not set.'),
    NEW_RELIC_LICENSE_KEY: text
      .regex(/^[\w-]+$/, 'must be a licence key of letters and digits')
      .optional()
      .describe('Report to New Relic with this key. Without a key the agent is not loaded.'),
    NEW_RELIC_APP_NAME: text.default('Footfall').describe('Name of the service in New Relic.'),
  },
};

/** The rules of all settings. */
export const settingDefinitions = z.object({
  ...settingGroups.Server,
  ...limitSettings,
  ...countingSettings,
  ...readingSettings,
  ...databaseSettings,
  ...connectionSettings,
  ...settingGroups['Embedded database'],
  ...settingGroups.Recording,
  ...settingGroups.Shutdown,
  ...settingGroups.Monitoring,
});

/** The settings that hold a secret. Each may be given as `<NAME>_FILE`, the path of a file. */
export const secretSettings = [
  'DATABASE_URL',
  'DB_PASSWORD',
  'DB_OWNER_PASSWORD',
  'NEW_RELIC_LICENSE_KEY',
  'READ_KEY',
] as const;

/** The checked values of the environment, before they are arranged by use. */
export type SettingValues = z.infer<typeof settingDefinitions>;
