import type { ClientBase } from 'pg';
import { OperatorError } from '../../shared/operator-error';

/**
 * Refuses to go on if the schema is that of an earlier release. Migrations are applied in the order of their names, so
 * the last one that the commands of the owner need stands for all.
 * @throws {OperatorError} if it is not applied.
 */
export async function requireMigrations(client: ClientBase): Promise<void> {
  const { rows } = await client.query(
    `SELECT FROM schema_migrations WHERE name = '20261128145000-count-clients-in-a-table-of-their-own'`,
  );
  if (rows.length === 0) throw new OperatorError('migrations are pending; run "footfall migrate up" first');
}
