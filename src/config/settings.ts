import type { SettingValues } from './setting-definitions';

/** How the connection to the database is encrypted and whom it trusts. */
export interface TlsSettings {
  /** False: only the chain is checked, and that only against a given authority, as libpq's `require` does. */
  readonly verifyHost: boolean;
  /** PEM text of the trusted authorities; undefined: those of Node. */
  readonly ca: string | undefined;
}

/** Who logs in. */
export interface DatabaseLogin {
  readonly username: string;
  readonly password: string | undefined;
}

/** Where a database is and who logs in. */
export interface DatabaseAddress extends DatabaseLogin {
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

/** A database of the operator's own. */
export interface ExternalDatabase extends DatabaseAddress {
  readonly kind: 'external';
  /** Who owns the tables, the login of every command; undefined: the service itself does. */
  readonly owner?: DatabaseLogin | undefined;
  readonly tls: TlsSettings | undefined;
}

/** No database was named: a real PostgreSQL is started from the npm package that ships it. */
export interface EmbeddedDatabase {
  readonly kind: 'embedded';
  readonly dataDirectory: string;
}

/** The pool and its timeouts. All times in milliseconds. */
export interface PoolSettings {
  readonly size: number;
  readonly recycleMs: number;
  readonly connectTimeoutMs: number;
  readonly acquireTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly queryTimeoutMs: number;
}

/** The bounds of the queue that turns visits into batches. */
export interface RecordingSettings {
  readonly maxInFlight: number;
  readonly maxBatch: number;
  readonly maxWaiting: number;
  /** Milliseconds between two removals of old idempotency keys. */
  readonly keyPruneIntervalMs: number;
}

/** Where the server listens, and what it takes from clients. */
export interface HttpSettings {
  readonly host: string;
  readonly port: number;
  readonly maxConnections: number;
  readonly requestTimeoutMs: number;
  readonly maxHeadBytes: number;
  readonly maxUrlBytes: number;
  /** In the words of Express's `trust proxy`. */
  readonly trustedProxies: readonly string[];
  readonly rateLimits: RateLimitSettings;
}

/** How many requests of a kind one client may send in so many seconds; 0: any number. */
export interface RateLimitSettings {
  readonly windowS: number;
  readonly visits: number;
  readonly reads: number;
  readonly badges: number;
}

/** Everything the service can be told, read once at the start. */
export interface Settings {
  readonly http: HttpSettings;
  readonly logLevel: SettingValues['LOG_LEVEL'];
  readonly database: ExternalDatabase | EmbeddedDatabase;
  readonly pool: PoolSettings;
  readonly recording: RecordingSettings;
  readonly shutdown: { readonly drainMs: number; readonly timeoutMs: number };
}
