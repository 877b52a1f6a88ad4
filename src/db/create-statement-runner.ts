import type { Client } from 'pg';
import type { Sequelize } from 'sequelize';
import { findSqlState } from '../shared/find-sql-state';
import { dropLostSessions, replaceConnections } from './give-up-connections';
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

// A statement that is not answered for this long may wait for a server that is gone.
const overdueMs = 1000;

/**
 * Creates the function that runs statements on Sequelize's pool. Recording needs prepared statements, and errors that
 * tell a refused statement from a lost connection; Sequelize has neither.
 * @param prepares whether a statement with a name is prepared.
 */
export function createStatementRunner(sequelize: Sequelize, prepares = true): RunStatement {
  const connections = sequelize.connectionManager as unknown as ConnectionPool;
  return async <Row extends object>({ name, text }: Statement, values: readonly unknown[]) => {
    const connection = await connections.getConnection({ type: 'write' }).catch((cause: unknown) => {
      throw new StatementError('not-run', { cause });
    });
    const overdue = setInterval(() => void dropLostSessions(sequelize), overdueMs);
    try {
      const result = await (connection as Client).query<Row>({
        ...(name !== undefined && prepares ? { name } : {}),
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
    } finally {
      clearInterval(overdue);
    }
  };
}

function discardConnection(connections: ConnectionPool, connection: object): void {
  // The mark of Sequelize. The pool then drops this socket and those as old.
  (connection as { _invalid?: boolean })._invalid = true;
  connections.destroyConnection(connection).catch(() => undefined);
}
