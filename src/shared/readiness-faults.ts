/**
 * Why the service may not be ready: a stable code, the cause, and the cure. The texts name settings and never their
 * values, because the readiness endpoint shows them. Codes that begin with `database-` leave a container healthy:
 * a restart of the service does not change the database.
 */
export const readinessFaults = {
  stopping: {
    cause: 'The service is stopping',
    cure: 'Wait for its successor.',
  },
  'migrations-pending': {
    cause: 'Migrations are pending',
    cure: 'Run "footfall migrate up".',
  },

  // The database cannot be reached.
  'database-host-not-found': {
    cause: 'The host of the database has no address',
    cure: 'Correct DB_HOST or DATABASE_URL, or the DNS of this machine.',
  },
  'database-connection-refused': {
    cause: 'Nothing accepts connections at the address of the database',
    cure: 'Start PostgreSQL, or correct DB_HOST and DB_PORT.',
  },
  'database-unreachable': {
    cause: 'No path leads to the database',
    cure: 'Check DB_HOST, the network of this machine, and firewalls.',
  },
  'database-timeout': {
    cause: 'The database did not answer in time',
    cure: 'Check DB_HOST and DB_PORT, firewalls, locks, and the load of the database.',
  },
  'database-connection-lost': {
    cause: 'The connection to the database was closed',
    cure: 'Read the log of the database, and of a pooler or firewall on the path.',
  },

  // It answers and refuses the login.
  'database-password-wrong': {
    cause: 'The database refused the password',
    cure: 'Correct DB_USERNAME and DB_PASSWORD; for commands DB_OWNER_USERNAME and DB_OWNER_PASSWORD.',
  },
  'database-password-missing': {
    cause: 'The database asks for a password and none is set',
    cure: 'Set DB_PASSWORD or DB_PASSWORD_FILE; for commands DB_OWNER_PASSWORD.',
  },
  'database-login-refused': {
    cause: 'The database does not let this role log in from this machine',
    cure: 'Check DB_USERNAME, and pg_hba.conf of the server.',
  },
  'database-missing': {
    cause: 'The database does not exist',
    cure: 'Create it with "footfall createdb", or correct DB_NAME.',
  },
  'database-tls-refused': {
    cause: 'The server does not offer the TLS that DB_SSL asks for',
    cure: 'Turn TLS on at the server, or set DB_SSL=off.',
  },
  'database-tls-required': {
    cause: 'The server refuses connections without TLS',
    cure: 'Set DB_SSL=require or verify-full, or allow the role in pg_hba.conf.',
  },
  'database-tls-failed': {
    cause: 'No trusted TLS connection could be made',
    cure: 'Check DB_SSL, DB_SSL_CA_FILE, and the name and expiry of the certificate.',
  },
  'database-parameter-refused': {
    cause: 'A pooler or the server refused a startup parameter',
    cure: 'Connect directly, or let the pooler ignore the parameter.',
  },
  'database-connections-exhausted': {
    cause: 'The server has no free connection for this role',
    cure: 'Lower DB_POOL_SIZE or the number of replicas, or raise max_connections.',
  },
  'database-starting': {
    cause: 'The database is starting, stopping or recovering',
    cure: 'Wait. If it lasts, read the log of the database.',
  },

  // It answers and cannot record.
  'database-version': {
    cause: 'The server is older than PostgreSQL 13',
    cure: 'Upgrade it.',
  },
  'database-encoding': {
    cause: 'The encoding of the database is not UTF8',
    cure: 'Create another one with "footfall createdb" and another DB_NAME; move the visits with "footfall visits export" and "import".',
  },
  'database-collation': {
    cause: 'The names are not ordered by code point',
    cure: 'Run ALTER TABLE visitors ALTER COLUMN username TYPE text COLLATE "C" as the owner.',
  },
  'database-schema': {
    cause: 'The tables were moved to another schema, and functions look for them in the old one',
    cure: 'Run "footfall migrate up".',
  },
  'database-session': {
    cause: 'The session lacks the settings that Footfall gave it',
    cure: 'Connect directly, or let the pooler keep a session per client.',
  },
  'database-prepared-statements': {
    cause: 'A pooler loses the prepared statements of its clients',
    cure: 'Set DB_PREPARED_STATEMENTS=off, or max_prepared_statements of PgBouncer 1.21 or later.',
  },
  'database-pooler': {
    cause: 'A pooler gives each transaction another session, and commands need one of their own',
    cure: 'Set DB_OWNER_HOST and DB_OWNER_PORT to the server itself, or let the pooler keep a session per client.',
  },
  'database-read-only': {
    cause: 'The database is read-only',
    cure: 'Connect to the primary (DB_HOST), or reset default_transaction_read_only.',
  },
  'database-privileges': {
    cause: 'The role lacks privileges',
    cure: 'Commands need the owner of the tables (DB_OWNER_USERNAME); the service needs what "footfall migrate up" and "footfall roles" grant.',
  },
  'database-sequences': {
    cause: 'A sequence is behind its table, so new rows are refused',
    cure: 'Correct it with "footfall totals rebuild".',
  },
  'database-disk-full': {
    cause: 'The disk of the database is full',
    cure: 'Add space there, or free some.',
  },

  // Anything else.
  'database-ended': {
    cause: 'The embedded PostgreSQL ended and is being started again',
    cure: 'Read in the log why it ended and why it does not start.',
  },
  'database-unavailable': {
    cause: 'The database fails in a way that has no code of its own',
    cure: 'Read the error in the log.',
  },
} as const;

/** A stable code for a reason why the service is not ready. */
export type ReadinessCode = keyof typeof readinessFaults;

/** Every code, for metrics with one series per code. */
export const readinessCodes = Object.keys(readinessFaults) as readonly ReadinessCode[];
