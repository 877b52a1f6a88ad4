import type { SettingValues } from './setting-definitions';

/** Encryption of the connection to the database. */
export interface TlsSettings {
  /** False: only the chain is checked, and only if `ca` is set, as libpq's `require` does. */
  readonly verifyHost: boolean;
  /** PEM text of the trusted authorities. Undefined: those of Node. */
  readonly ca: string | undefined;
}

/** A role and its password. */
export interface DatabaseLogin {
  readonly username: string;
  readonly password: string | undefined;
}

/** The address of a database and the login of the service. */
export interface DatabaseAddress extends DatabaseLogin {
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

/** A PostgreSQL that the operator runs. */
export interface ExternalDatabase extends DatabaseAddress {
  readonly kind: 'external';
  /** The owner of the tables, used by commands. Undefined: the role of the service. */
  readonly owner?: DatabaseLogin | undefined;
  /** Where commands connect to. Undefined: where the service does. */
  readonly ownerAddress?: { readonly host: string; readonly port: number } | undefined;
  readonly tls: TlsSettings | undefined;
}

/** The PostgreSQL that the service starts from an npm package when no database is named. */
export interface EmbeddedDatabase {
  readonly kind: 'embedded';
  readonly dataDirectory: string;
}

/** The connection pool and its timeouts. */
export interface PoolSettings {
  readonly size: number;
  readonly recycleMs: number;
  readonly connectTimeoutMs: number;
  readonly acquireTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly queryTimeoutMs: number;
  readonly preparesStatements: boolean;
}

/** The bounds of the queue that turns visits into batches. */
export interface RecordingSettings {
  readonly maxInFlight: number;
  readonly maxBatch: number;
  readonly maxWaiting: number;
  /** Longest wait for a visit's statement to begin, in milliseconds. */
  readonly waitWithinMs: number;
  /** Milliseconds between two removals of old idempotency keys. */
  readonly keyPruneIntervalMs: number;
  /** Milliseconds between two passes that roll up visits. */
  readonly rollUpIntervalMs: number;
  /** Whole months before the current one whose visits stay in the log; undefined: all. */
  readonly retainMonths: number | undefined;
}

/** The address of the server and its limits for clients. */
export interface HttpSettings {
  readonly host: string;
  readonly port: number;
  /** Before every path but those of health and metrics; empty, or such as `/count`. */
  readonly basePath: string;
  readonly maxConnections: number;
  readonly requestTimeoutMs: number;
  readonly maxHeadBytes: number;
  readonly maxUrlBytes: number;
  /** Values for Express's `trust proxy`. */
  readonly trustedProxies: readonly string[];
  /** The origins whose pages may read everything; `*` stands for all. */
  readonly corsOrigins: readonly string[];
  readonly streams: StreamSettings;
  readonly rateLimits: RateLimitSettings;
  readonly admission: AdmissionSettings;
  readonly reading: ReadingSettings;
}

/** Streams of live numbers that may be open at once. */
export interface StreamSettings {
  readonly most: number;
  readonly perClient: number;
}

/** Requests that one client may send in a window. 0: unlimited. */
export interface RateLimitSettings {
  readonly windowS: number;
  readonly visits: number;
  readonly reads: number;
  readonly badges: number;
  /** New names. */
  readonly names: number;
}

/** Which visits are counted. */
export interface AdmissionSettings {
  readonly bots: 'count' | 'ignore';
  /** A regular expression must match the whole name. */
  readonly names: 'open' | 'known' | RegExp;
  /** Names and patterns in which `*` stands for any text; `common` stands for a list. */
  readonly reservedNames: readonly string[];
  /** Longest time to an answer, in milliseconds. */
  readonly answerWithinMs: number;
}

/** Who may read. */
export interface ReadingSettings {
  /** The key that opens what is not public. Undefined only if everything is public. */
  readonly key: string | undefined;
  readonly public: 'all' | 'numbers' | 'nothing';
}

/** The account of New Relic that the agent reports to. */
export interface NewRelicSettings {
  readonly licenseKey: string;
  readonly appName: string;
}

/** All settings, read once at the start. */
export interface Settings {
  readonly http: HttpSettings;
  /** The address of the metrics. Undefined: the address of `http`. */
  readonly metrics: { readonly host: string; readonly port: number } | undefined;
  readonly logLevel: SettingValues['LOG_LEVEL'];
  readonly database: ExternalDatabase | EmbeddedDatabase;
  readonly pool: PoolSettings;
  readonly recording: RecordingSettings;
  /** Longest wait of a request for the database, in milliseconds. */
  readonly answerWithinMs: number;
  readonly shutdown: { readonly drainMs: number; readonly timeoutMs: number };
  /** Undefined: New Relic's agent is not loaded. */
  readonly newRelic: NewRelicSettings | undefined;
}
