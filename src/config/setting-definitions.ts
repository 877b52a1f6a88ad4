import { z } from 'zod';
import { countingSettings } from './counting-settings';
import { connectionSettings, databaseSettings } from './database-settings';
import { readingSettings } from './reading-settings';
import { choice, integer, milliseconds, originList, proxyList } from './setting-rules';

const text = z.string();
const port = integer(0, 65_535);
const count = (max?: number) => integer(1, max);
const bytes = integer(1024, 1_048_576);
const allowance = integer(0).default(0);

/**
 * Every setting with its rule, its default, and one line of documentation, grouped as in
 * `docs/settings.md`. That page and the example env files are generated from this list.
 */
export const settingGroups = {
  Server: {
    HOST: text.default('127.0.0.1').describe('Listen on this address. Use `0.0.0.0` in a container.'),
    PORT: port.default(8000).describe('Listen on this port. `0` takes any free port.'),
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
  Limits: {
    HTTP_MAX_CONNECTIONS: integer(2)
      .default(10_000)
      .describe('Most open connections. One more closes the oldest that is not being answered.'),
    HTTP_REQUEST_TIMEOUT_MS: milliseconds
      .default(10_000)
      .describe('Longest time to send a request, and longest time to take its answer.'),
    HTTP_MAX_HEAD_BYTES: bytes
      .default(16_384)
      .describe('Largest request line and headers together. Larger ones are refused with 431.'),
    HTTP_MAX_URL_BYTES: bytes
      .default(8192)
      .describe('Longest path with query. Longer ones are refused with 414.'),
    RATE_LIMIT_WINDOW: count(86_400)
      .default(60)
      .describe('Window of the `RATE_LIMIT_` settings, in seconds. Each worker counts on its own.'),
    RATE_LIMIT_VISITS: allowance.describe(
      'Visits per client and window. More are refused with 429. `0` means unlimited.',
    ),
    RATE_LIMIT_READS: allowance.describe(
      'Reads per client and window. `0` means unlimited. Health and metrics are not counted.',
    ),
    RATE_LIMIT_BADGES: allowance.describe(
      'Badges and hits per client and window. `0` means unlimited. An image proxy asks for many people.',
    ),
    RATE_LIMIT_NAMES: allowance.describe(
      'New names per client and window. More are refused with 429. `0` means unlimited.',
    ),
  },
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
    RECORD_MAX_IN_FLIGHT: count(100).default(1).describe('Most recording statements under way at once.'),
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
  ...settingGroups.Limits,
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
