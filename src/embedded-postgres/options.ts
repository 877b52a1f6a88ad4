import type { BinaryPackage } from './binaries';

/** A PostgreSQL server on 127.0.0.1 that keeps its data on disk, and how to connect to it. */
export interface EmbeddedPostgres {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  /** False if this process joined a server that another process owns. */
  readonly started: boolean;
  /**
   * Stops the server if this process owns it, otherwise only disconnects. Idempotent. Close all
   * other connections first: a fast shutdown ends them. Node keeps running until this is called.
   */
  stop(): Promise<void>;
  /**
   * Calls the listener each time the server crashed and was started again, recovered and at the
   * same address. Called in the owner only, since only the owner restarts the server.
   */
  onRestart(listener: (reason: string) => void): void;
  /**
   * Calls the listener each time the server that ended could not be started again: why, and in how
   * many milliseconds that is tried next. Called in the owner only.
   */
  onRestartFailed(listener: (reason: string, retryMs: number) => void): void;
  /** Whether the server ended and is being started again. */
  isEnded(): boolean;
  /** Calls the listener once if the server ends for good without a call of stop(). */
  onExit(listener: (reason: string) => void): void;
}

/** The part of EmbeddedPostgres that depends on which process owns the server. */
export type ServerHandle = Omit<EmbeddedPostgres, 'host' | 'username' | 'password' | 'database'>;

/** Which server to start and how to share it. */
export interface EmbeddedPostgresOptions {
  /** Folder for the cluster (`postgres`), `password` and possibly `runtime`. Created if missing. */
  dataDirectory: string;
  /** Name of the database. Created if missing. */
  database: string;
  /**
   * `exclusive` is for the service: fails with DataInUseError while another process owns the data.
   * `shared` is for commands: joins a running server, otherwise starts one and owns it.
   */
  claim: 'exclusive' | 'shared';
  /** Settings for `postgres -c`, e.g. `{ max_connections: '50' }`. A joined server ignores them. */
  parameters?: Record<string, string>;
  /** PostgreSQL to use instead of the installed one, of 13 or newer. */
  binaries?: BinaryPackage;
}
