import pg from 'pg';

// In another time zone the driver would send a time with its offset cut to minutes. Before 1900 offsets have seconds.
pg.defaults.parseInputDatesAsUTC = true;

/**
 * A client whose lost connection fails its queries. Without a listener the error event would end the process. When the
 * driver gives up a login, as without a password, the client closes the socket. The server would keep it for a minute.
 */
export class QuietClient extends pg.Client {
  /** Set once the session may be used. Until then Sequelize forgets a connection whose query fails, but keeps it open. */
  isSetUp = false;

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
    this.connection.once('error', () => this.connection.stream.destroy());
  }

  override query(...given: unknown[]): never {
    const answer = (super.query as (...given: unknown[]) => unknown).apply(this, given);
    if (!this.isSetUp && answer instanceof Promise) answer.catch(() => this.connection.stream.destroy());
    return answer as never;
  }
}

/**
 * `pg` for Sequelize, which listens for errors only after a connection is open. A server that is stopping or full ends
 * the session at once, and that would end the service.
 */
export const quietDriver = { ...pg, Client: QuietClient };
