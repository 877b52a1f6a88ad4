import { z } from 'zod';
import { choice, databaseHost, integer, milliseconds } from './setting-rules';

const text = z.string();
const count = (max?: number) => integer(1, max);

/** The settings that name the database and the roles that log in to it. */
export const databaseSettings = {
  DATABASE_URL: text
    .optional()
    .describe('Address of your PostgreSQL: `postgres://user:password@host:port/name`.'),
  DB_HOST: databaseHost
    .optional()
    .describe('Host of your PostgreSQL, or the folder of its socket, instead of `DATABASE_URL`.'),
  DB_PORT: integer(1, 65_535).optional().describe('Port of your PostgreSQL. 5432 if not set.'),
  DB_NAME: text.optional().describe('Name of the database.'),
  DB_USERNAME: text.optional().describe('Role that the service logs in as.'),
  DB_PASSWORD: text.optional().describe('Password of the role that the service logs in as.'),
  DB_OWNER_USERNAME: text
    .optional()
    .describe(
      'Role that owns the tables. Used by commands and by "serve --migrate". The role of the service if not set.',
    ),
  DB_OWNER_PASSWORD: text
    .optional()
    .describe('Password of the owner role. Used by commands and by "serve --migrate".'),
  DB_OWNER_HOST: databaseHost
    .optional()
    .describe('Host for commands, if a pooler stands at `DB_HOST`. The host of the service if not set.'),
  DB_OWNER_PORT: integer(1, 65_535)
    .optional()
    .describe('Port for commands, if a pooler stands at `DB_PORT`. The port of the service if not set.'),
  DB_SSL: choice(['off', 'require', 'verify-full'])
    .default('off')
    .describe(
      '`require` encrypts and checks the chain against a CA file. `verify-full` checks the host too.',
    ),
  DB_SSL_CA_FILE: text.optional().describe('PEM file of the certificate authorities that `DB_SSL` trusts.'),
};

/** The limits of the connections to the database. */
export const connectionSettings = {
  DB_POOL_SIZE: count(500).default(10).describe('Most connections of one process.'),
  DB_POOL_RECYCLE: count().default(60).describe('Replace a pooled connection after this many seconds.'),
  DB_CONNECT_TIMEOUT_MS: milliseconds.default(2000).describe('Longest wait for a new connection.'),
  DB_ACQUIRE_TIMEOUT_MS: milliseconds.default(3000).describe('Longest wait for a free pooled connection.'),
  DB_STATEMENT_TIMEOUT_MS: milliseconds
    .default(3000)
    .describe('Longest run time of a statement. The server then cancels it.'),
  DB_QUERY_TIMEOUT_MS: milliseconds
    .default(5000)
    .describe('Longest wait for a server that is silent. Must be above `DB_STATEMENT_TIMEOUT_MS`.'),
  DB_PREPARED_STATEMENTS: choice(['on', 'off'])
    .default('on')
    .describe('`off` parses each statement anew, for a pooler that loses prepared statements.'),
};
