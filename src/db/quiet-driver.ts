import pg from 'pg';

/** A client whose lost connection fails its queries. Without a listener the error event would end the process. */
class QuietClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

/**
 * `pg` for Sequelize, which listens for errors only after a connection is open. A server that is stopping or full ends
 * the session at once, and that would end the service.
 */
export const quietDriver = { ...pg, Client: QuietClient };
