import pg from 'pg';

/**
 * A client whose lost connection fails its queries. Without a listener the error event would end the process. When the
 * driver gives up a login, as without a password, the client closes the socket. The server would keep it for a minute.
 */
class QuietClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
    this.connection.once('error', () => this.connection.stream.destroy());
  }
}

/**
 * `pg` for Sequelize, which listens for errors only after a connection is open. A server that is stopping or full ends
 * the session at once, and that would end the service.
 */
export const quietDriver = { ...pg, Client: QuietClient };
