import { DatabaseError, type ClientBase } from 'pg';
import { OperatorError } from '../../../shared/operator-error';
import { lockBriefly } from '../transfer/lock-briefly';
import type { VisitorChange } from './visitor-change';
import { lockTotals } from './move-totals';
import { wasMoved } from './record-change';
import { createAliasError, findVisitor, requireVisitor } from './require-visitor';

/** Two names of an act, and whether the first one becomes an alias of the second. */
export interface MovedName {
  readonly username: string;
  readonly newName: string;
  readonly keepsAlias: boolean;
}

/**
 * Gives a visitor another name. Its visits, its numbers and its aliases stay with it.
 * @throws {OperatorError} if there is no such visitor, or if the new name is in use.
 */
export async function renameVisitor(
  client: ClientBase,
  { username, newName, keepsAlias }: MovedName,
): Promise<VisitorChange> {
  const taken = await findVisitor(client, newName);
  const known = await findVisitor(client, username);
  if (taken && known?.username !== username && (await wasMoved(client, 'rename', username, newName))) {
    const { id, visits } = taken;
    const numbers = { visitorId: id, visitsBefore: visits, visitsAfter: visits };
    return { act: 'rename', username, newName, isChanged: false, ...numbers };
  }
  const { id } = await requireVisitor(client, username);
  if (taken && taken.id !== id) {
    throw taken.username === newName ? createTaken(username, newName) : createAliasError(newName, taken);
  }
  return lockBriefly(client, async () => {
    // The total first, as a visit locks them.
    const visits = (await lockTotals(client, [id])).get(id) ?? '0';
    await client.query('DELETE FROM visitor_aliases WHERE alias = $1', [newName]);
    try {
      await client.query('UPDATE visitors SET username = $2 WHERE id = $1', [id, newName]);
    } catch (error) {
      // unique_violation: a visit has created the name meanwhile.
      if (error instanceof DatabaseError && error.code === '23505') throw createTaken(username, newName);
      throw error;
    }
    if (keepsAlias) await keepAlias(client, username, id);
    const numbers = { visitorId: id, visitsBefore: visits, visitsAfter: visits };
    return { act: 'rename', username, newName, keepsAlias, isChanged: true, ...numbers };
  });
}

/** Makes a name that no visitor has any more an alias. */
export async function keepAlias(client: ClientBase, alias: string, visitorId: string): Promise<void> {
  await client.query('INSERT INTO visitor_aliases (alias, visitor_id) VALUES ($1, $2)', [alias, visitorId]);
}

function createTaken(username: string, newName: string): OperatorError {
  return new OperatorError(
    `there is a visitor ${JSON.stringify(newName)} already; "footfall visitors merge" adds the visits of ` +
      `${JSON.stringify(username)} to it`,
  );
}
