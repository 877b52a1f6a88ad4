import pg from 'pg';

/** A connection that is lost shows in its queries, not as an error that nobody listens to, which ends the process. */
class QuietClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

/**
 * `pg` for Sequelize, which listens for errors only after a connection is open: a server that ends the session in the
 * same packet, as one does that is stopped or full, would take the service with it.
 */
export const quietDriver = { ...pg, Client: QuietClient };
