import type { ClientBase } from 'pg';
import { OperatorError } from '../../../shared/operator-error';
import { claimKey, claimOfSql } from '../../import-claims';

/**
 * Marks an import as worked at by this connection, until it ends. A killed process leaves nothing to clean up.
 * @throws {OperatorError} if another process works at it.
 */
export async function claimImport(client: ClientBase, id: string): Promise<void> {
  const { rows } = await client.query<{ taken: boolean }>(
    `SELECT pg_try_advisory_lock($1, ${claimOfSql('$2::bigint')}) AS taken`,
    [claimKey, id],
  );
  if (rows[0]?.taken) return;
  throw new OperatorError(`another process works at import ${id}; wait for it to end, or end it`);
}
