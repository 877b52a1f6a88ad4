import type { Client } from 'pg';
import type { Sequelize } from 'sequelize';
import { findSqlState } from '../shared/find-sql-state';
import { replaceConnections } from './connect-database';
import { isRolledBack } from './is-rolled-back';
import { StatementError, type RunStatement, type Statement } from '../shared/statement';

/** The part of Sequelize's connection manager that its types leave out. */
interface ConnectionPool {
  getConnection(options: { type: 'write' }): Promise<object>;
  releaseConnection(connection: object): void;
  destroyConnection(connection: object): Promise<void>;
}

// The mode of a session is chosen when it begins, so only a new one can write once the database is writable again.
const readOnlyTransaction = '25006';

/**
 * Creates the function that runs statements on Sequelize's pool. Recording needs prepared statements, and errors that
 * tell a refused statement from a lost connection; Sequelize has neither.
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
        if (findSqlState(cause) === readOnlyTransaction) replaceConnections(sequelize);
        connections.releaseConnection(connection);
        throw new StatementError('not-run', { cause });
      }
      discardConnection(connections, connection);
      throw new StatementError('unknown', { cause });
    }
  };
}

function discardConnection(connections: ConnectionPool, connection: object): void {
  // The mark of Sequelize. The pool then drops this socket and those as old.
  (connection as { _invalid?: boolean })._invalid = true;
  connections.destroyConnection(connection).catch(() => undefined);
}
