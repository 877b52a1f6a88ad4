/** A PostgreSQL server on 127.0.0.1 that keeps its data on disk, and how to reach it. */
export interface EmbeddedPostgres {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  /** False when this process joined a server that another process owns. */
  readonly started: boolean;
  /**
   * Stops the server if this process owns it, otherwise only leaves it. Idempotent. Close every other
   * connection first: a fast shutdown ends them. Until it is called the process is kept alive.
   */
  stop(): Promise<void>;
  /**
   * Calls the listener each time the server ended by itself and serves again, recovered from its log, at the same
   * address. Only the owner starts it again.
   */
  onRestart(listener: (reason: string) => void): void;
  /** Calls the listener once when the server is gone for good although nobody here called stop(). */
  onExit(listener: (reason: string) => void): void;
}

/** What to start and how to share it. */
export interface EmbeddedPostgresOptions {
  /** Folder for the cluster (`postgres`), its `password` and, if needed, the `runtime`. Made when missing. */
  dataDirectory: string;
  /** Name of the database; created when missing. */
  database: string;
  /**
   * `exclusive` is for the service: it fails with DataInUseError while another process owns the data.
   * `shared` is for commands: it joins a running server, else starts one and owns it.
   */
  claim: 'exclusive' | 'shared';
  /** More settings for `postgres -c`, e.g. `{ max_connections: '50' }`. Only a start applies them. */
  parameters?: Record<string, string>;
}
