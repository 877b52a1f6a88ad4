import type { ClientBase } from 'pg';
import { lockBriefly } from '../transfer/lock-briefly';
import type { VisitorChange } from './visitor-change';
import { requireVisitor } from './require-visitor';

/**
 * Hides a visitor from the public, or shows it again. It is counted all the time.
 * @throws {OperatorError} if there is no such visitor.
 */
export async function hideVisitor(
  client: ClientBase,
  act: 'hide' | 'unhide',
  username: string,
): Promise<VisitorChange> {
  const { id, isHidden, visits } = await requireVisitor(client, username);
  const isChanged = isHidden !== (act === 'hide');
  if (isChanged) {
    const hiddenAt = act === 'hide' ? 'now()' : 'NULL';
    await lockBriefly(client, () =>
      client.query(`UPDATE visitors SET hidden_at = ${hiddenAt} WHERE id = $1`, [id]),
    );
  }
  return { act, username, isChanged, visitorId: id, visitsBefore: visits, visitsAfter: visits };
}
