import { z } from 'zod';

const milliseconds = z.coerce.number().int().min(1).max(600_000);
const count = z.coerce.number().int().min(1);

/**
 * Every setting: its rule, its default and one line of documentation. The README's table and the
 * example env files are held against this list by a test. Names in `secretSettings` can also be given
 * as `<NAME>_FILE`, the path of a file that holds the value.
 */
export const settingDefinitions = z.object({
  HOST: z.string().default('127.0.0.1').describe('address to listen on; `0.0.0.0` in a container'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8000).describe('port to listen on'),
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
  ANSWER_TIMEOUT_MS: milliseconds
    .default(5000)
    .describe('longest wait for an answer, whatever the database does; above the statement timeout'),
  RECORD_MAX_IN_FLIGHT: count.max(100).default(1).describe('recording statements under way at once'),
  RECORD_MAX_BATCH: count.max(10_000).default(500).describe('most visits in one recording statement'),
  RECORD_MAX_WAITING: count.default(10_000).describe('visits that may wait; beyond it 503 `overloaded`'),
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
export const secretSettings = ['DATABASE_URL', 'DB_PASSWORD'] as const;

/** The values as they stand in the environment, validated, before they are arranged by use. */
export type SettingValues = z.infer<typeof settingDefinitions>;
