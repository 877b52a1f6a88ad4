import { z } from 'zod';
import { isTrustable } from './is-trustable';

const milliseconds = z.coerce.number().int().min(1).max(600_000);
const count = z.coerce.number().int().min(1);
const bytes = z.coerce.number().int().min(1024).max(1_048_576);
const allowance = z.coerce.number().int().min(0).default(0);

/**
 * Every setting: its rule, its default and one line of documentation. The README's table and the
 * example env files are held against this list by a test. Names in `secretSettings` can also be given
 * as `<NAME>_FILE`, the path of a file that holds the value.
 */
export const settingDefinitions = z.object({
  HOST: z.string().default('127.0.0.1').describe('address to listen on; `0.0.0.0` in a container'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8000).describe('port to listen on'),
  HTTP_MAX_CONNECTIONS: count
    .min(2)
    .default(10_000)
    .describe('most open connections; beyond it the oldest that is not being answered is closed'),
  HTTP_REQUEST_TIMEOUT_MS: milliseconds
    .default(10_000)
    .describe('longest time to send a request, and again to take its answer'),
  HTTP_MAX_HEAD_BYTES: bytes.default(16_384).describe('longest first line and headers; beyond it 431'),
  HTTP_MAX_URL_BYTES: bytes.default(8192).describe('longest path and query; beyond it 414'),
  TRUSTED_PROXIES: z
    .string()
    .refine((list) => list.split(',').every((proxy) => isTrustable(proxy.trim())), {
      error: 'not addresses, networks such as 10.0.0.0/8, loopback, linklocal or uniquelocal, by comma',
    })
    .optional()
    .describe('proxies whose `X-Forwarded-For` counts, by comma: `10.0.0.0/8`, `::1`, `uniquelocal`'),
  RATE_LIMIT_WINDOW: count
    .max(86_400)
    .default(60)
    .describe('seconds in which the next three are counted; each worker counts for itself'),
  RATE_LIMIT_VISITS: allowance.describe(
    'visits that one client may record in it; beyond it 429; `0`: any number',
  ),
  RATE_LIMIT_READS: allowance.describe('its other requests, but for health and metrics; the same'),
  RATE_LIMIT_BADGES: allowance.describe(
    'its badges and hits, which image proxies ask for many people; the same',
  ),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('lowest level that is logged; successful requests are logged at `debug`'),
  DATA_DIR: z
    .string()
    .default('.data')
    .describe('where the embedded PostgreSQL keeps its data; unused with a database of your own'),
  DATABASE_URL: z
    .string()
    .optional()
    .describe('`postgres://user:password@host:port/name`; or the five `DB_` settings below'),
  DB_HOST: z.string().optional().describe('host of your PostgreSQL'),
  DB_PORT: z.coerce.number().int().min(1).max(65_535).optional().describe('its port, 5432 unless set'),
  DB_NAME: z.string().optional().describe('name of the database'),
  DB_USERNAME: z.string().optional().describe('role to log in as'),
  DB_PASSWORD: z.string().optional().describe('password of that role'),
  DB_OWNER_USERNAME: z
    .string()
    .optional()
    .describe('role that owns the tables, for commands such as `migrate`; that of the service unless set'),
  DB_OWNER_PASSWORD: z.string().optional().describe('password of the owner; the service needs it not'),
  DB_SSL: z
    .enum(['off', 'require', 'verify-full'])
    .default('off')
    .describe('`require`: TLS, the chain checked when a CA file is given; `verify-full`: the host name too'),
  DB_SSL_CA_FILE: z.string().optional().describe('PEM file of the authorities that `DB_SSL` trusts'),
  DB_POOL_SIZE: count.max(500).default(10).describe('most connections a process holds'),
  DB_POOL_RECYCLE: count.default(60).describe('seconds after which a pooled connection is replaced'),
  DB_CONNECT_TIMEOUT_MS: milliseconds.default(2000).describe('longest wait for a new connection'),
  DB_ACQUIRE_TIMEOUT_MS: milliseconds.default(3000).describe('longest wait for a free pooled connection'),
  DB_STATEMENT_TIMEOUT_MS: milliseconds.default(3000).describe('longest statement, ended by the server'),
  DB_QUERY_TIMEOUT_MS: milliseconds
    .default(5000)
    .describe('longest wait for an answer when the server is silent; above the statement timeout'),
  RECORD_MAX_IN_FLIGHT: count.max(100).default(1).describe('recording statements under way at once'),
  RECORD_MAX_BATCH: count.max(10_000).default(500).describe('most visits in one recording statement'),
  RECORD_MAX_WAITING: count.default(10_000).describe('visits that may wait; beyond it 503 `overloaded`'),
  KEY_PRUNE_INTERVAL_MS: milliseconds
    .default(60_000)
    .describe('how often the keys of safe retries are removed that are older than a day'),
  SHUTDOWN_DRAIN_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(600_000)
    .default(0)
    .describe('how long a stopping service still accepts requests, so that a proxy sees it is not ready'),
  SHUTDOWN_TIMEOUT_MS: milliseconds.default(10_000).describe('longest wait for requests under way at a stop'),
});

/** The settings that hold a secret; each may be given as `<NAME>_FILE` instead. */
export const secretSettings = ['DATABASE_URL', 'DB_PASSWORD', 'DB_OWNER_PASSWORD'] as const;

/** The values as they stand in the environment, validated, before they are arranged by use. */
export type SettingValues = z.infer<typeof settingDefinitions>;
