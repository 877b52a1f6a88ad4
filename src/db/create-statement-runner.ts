import type { Client } from 'pg';
import type { Sequelize } from 'sequelize';
import { isRolledBack } from './is-rolled-back';
import { StatementError, type RunStatement, type Statement } from '../shared/statement';

/** The part of Sequelize's connection manager that its types leave out. */
interface ConnectionPool {
  getConnection(options: { type: 'write' }): Promise<object>;
  releaseConnection(connection: object): void;
  destroyConnection(connection: object): Promise<void>;
}

/**
 * Creates the function that runs prepared statements on Sequelize's own pool. Sequelize has no prepared
 * statements, and its errors do not tell a refused statement from a lost connection; recording needs both.
 */
export function createStatementRunner(sequelize: Sequelize): RunStatement {
  const connections = sequelize.connectionManager as unknown as ConnectionPool;
  return async <Row extends object>({ name, text }: Statement, values: readonly unknown[]) => {
    const connection = await connections.getConnection({ type: 'write' }).catch((cause: unknown) => {
      throw new StatementError('not-run', { cause });
    });
    try {
      const result = await (connection as Client).query<Row>({
        ...(name === undefined ? {} : { name }),
        text,
        values: [...values],
      });
      connections.releaseConnection(connection);
      return result.rows;
    } catch (cause) {
      if (isRolledBack(cause)) {
        connections.releaseConnection(connection);
        throw new StatementError('not-run', { cause });
      }
      discardConnection(connections, connection);
      throw new StatementError('unknown', { cause });
    }
  };
}

function discardConnection(connections: ConnectionPool, connection: object): void {
  // As Sequelize marks its own: the pool then gives up the socket, and whatever else went the same way.
  (connection as { _invalid?: boolean })._invalid = true;
  connections.destroyConnection(connection).catch(() => undefined);
}
