import type { Client } from 'pg';
import { Sequelize, type Options } from 'sequelize';
import type { DriverSession } from './driver-session';
import { createSessionDrop } from './drop-lost-sessions';
import { setGiver } from './give-up-connections';
import { quietDriver, type QuietClient } from './quiet-driver';
import { toTlsOptions, type TlsOptions } from './to-tls-options';

/** The address of the database, the login, and the pool. Times are in milliseconds. */
export interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string | undefined;
  readonly tls?: TlsOptions | undefined;
  readonly pool: {
    readonly size: number;
    readonly recycleMs: number;
    readonly connectTimeoutMs: number;
    readonly acquireTimeoutMs: number;
    readonly statementTimeoutMs: number;
    readonly queryTimeoutMs: number;
  };
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /**
   * Whether its sessions avoid reading a table as a whole. If a table was counted while many rows were being added, the
   * planner believes that there are hardly any, and would read them all for each visit.
   */
  readonly readsByIndex?: boolean;
}

interface PooledConnection extends DriverSession {
  _invalid?: boolean;
  _ending?: boolean;
  readonly connection?: {
    readonly stream?: { setKeepAlive(on: boolean, delayMs: number): void; destroy(): void };
  };
}

const keepAliveMs = 60_000;

/**
 * Session settings, whatever the defaults of the database are. The driver needs the formats to parse values. Recording
 * needs the isolation level to see the rows that it waited for. With `jit`, a server would compile a statement for longer
 * than it runs.
 */
export const sessionSettings = `SET datestyle = 'ISO, MDY'; SET intervalstyle = 'postgres'; SET timezone = 'UTC';
  SET default_transaction_isolation = 'read committed'; SET jit = off`;

// A younger connection shows how the database is now. Without this bound, a database that stays read-only would get a
// new connection for each statement.
const youngMs = 1000;

/**
 * Creates the connection pool. No socket is opened before the first query. Idle connections cause no errors: they are
 * probed every minute, leave the pool before a firewall forgets them, and are replaced at the age of `recycleMs`. If
 * the network drops packets silently, a query fails after `queryTimeoutMs`. If one connection is lost, all connections
 * that were opened before its last use are replaced before their next use.
 */
export function connectDatabase(options: ConnectionOptions): Sequelize {
  const { pool } = options;
  const ages = new WeakMap<object, { bornAt: number; takenAt: number }>();
  const open = new Set<PooledConnection>();
  let lostAt = 0;
  const dialectOptions = {
    application_name: options.applicationName,
    ssl: toTlsOptions(options.tls),
    keepAlive: true,
    connectionTimeoutMillis: pool.connectTimeoutMs,
    query_timeout: pool.queryTimeoutMs,
  };
  const sequelize = new Sequelize({
    dialect: 'postgres',
    dialectModule: quietDriver,
    host: options.host,
    port: options.port,
    database: options.database,
    username: options.username,
    ...(options.password === undefined ? {} : { password: options.password }),
    // Set so that Sequelize opens no extra connection to read it.
    databaseVersion: '13.0.0',
    logging: false,
    dialectOptions,
    pool: {
      max: pool.size,
      min: 0,
      idle: 30_000,
      evict: 5_000,
      acquire: pool.acquireTimeoutMs,
      // Called before an idle connection is used.
      validate: (connection: PooledConnection) => {
        const age = ages.get(connection);
        if (connection._invalid || connection._ending || !age) return false;
        age.takenAt = Date.now();
        // Connections that are as old are assumed lost too; finding out would cost a timeout each.
        return age.bornAt > lostAt && age.takenAt - age.bornAt < pool.recycleMs;
      },
    },
  } as Options);
  const { host, port, database, username: user, password } = options;
  const address = { host, port, database, user, password, ...dialectOptions };
  setGiver(sequelize, {
    replaceOld: () => {
      lostAt = Math.max(lostAt, Date.now() - youngMs);
    },
    dropLost: createSessionDrop(
      () =>
        new quietDriver.Client({
          ...address,
          application_name: 'footfall-check',
          query_timeout: pool.connectTimeoutMs,
        }),
      () => [...open],
    ),
  });
  sequelize.addHook('afterConnect', async (connection) => {
    const pooled = connection as PooledConnection;
    ages.set(pooled, { bornAt: Date.now(), takenAt: Date.now() });
    open.add(pooled);
    (connection as Client).once('end', () => open.delete(pooled));
    // Sequelize passes `keepAlive` to the driver but not its delay. The kernel's default is two hours.
    pooled.connection?.stream?.setKeepAlive(true, keepAliveMs);
    const byIndex = options.readsByIndex ? ['SET enable_seqscan = off'] : [];
    await (connection as Client).query([sessionSettings, ...byIndex, ...renderTimeouts(pool)].join('; '));
    (connection as QuietClient).isSetUp = true;
  });
  sequelize.addHook('beforeDisconnect', (connection) => {
    const pooled = connection as PooledConnection;
    const age = ages.get(pooled);
    // The loss may be noticed much later. Connections that were opened after its last use are not affected.
    if (pooled._invalid && age) lostAt = Math.max(lostAt, age.takenAt);
    // An orderly close would wait for ever if the network drops packets.
    if (!age || age.bornAt <= lostAt) pooled.connection?.stream?.destroy();
  });
  return sequelize;
}

/** Sets the timeouts of a session. As startup parameters, poolers refuse them. 0 leaves those of the role. */
function renderTimeouts({ statementTimeoutMs, queryTimeoutMs }: ConnectionOptions['pool']): string[] {
  const timeouts = [
    ['statement_timeout', statementTimeoutMs],
    ['idle_in_transaction_session_timeout', queryTimeoutMs],
  ] as const;
  return timeouts.flatMap(([name, ms]) => (ms > 0 ? [`SET ${name} = ${ms}`] : []));
}
