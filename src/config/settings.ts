import type { SettingValues } from './setting-definitions';

/** How the connection to the database is encrypted and whom it trusts. */
export interface TlsSettings {
  /** False: only the chain is checked, and that only against a given authority, as libpq's `require` does. */
  readonly verifyHost: boolean;
  /** PEM text of the trusted authorities; undefined: those of Node. */
  readonly ca: string | undefined;
}

/** Where a database is and who logs in. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string | undefined;
}

/** A database of the operator's own. */
export interface ExternalDatabase extends DatabaseAddress {
  readonly kind: 'external';
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
  /** Longest wait of a visit for its statement to begin, in milliseconds. */
  readonly waitWithinMs: number;
}

/** Everything the service can be told, read once at the start. */
export interface Settings {
  readonly http: { readonly host: string; readonly port: number };
  readonly logLevel: SettingValues['LOG_LEVEL'];
  readonly database: ExternalDatabase | EmbeddedDatabase;
  readonly pool: PoolSettings;
  readonly recording: RecordingSettings;
  /** Longest wait of a request for what it asked of the database, in milliseconds. */
  readonly answerWithinMs: number;
  readonly shutdown: { readonly drainMs: number; readonly timeoutMs: number };
}
