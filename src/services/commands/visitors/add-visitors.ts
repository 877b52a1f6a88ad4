import type { ClientBase } from 'pg';
import { lockBriefly } from '../transfer/lock-briefly';
import type { VisitorChange } from './visitor-change';
import { createAliasError, findVisitor } from './require-visitor';

/**
 * Creates names without visits. Those that exist stay as they are.
 * @throws {OperatorError} if a name is an alias.
 */
export async function addVisitors(
  client: ClientBase,
  usernames: readonly string[],
): Promise<VisitorChange[]> {
  const changes: VisitorChange[] = [];
  // In one order, so two processes never wait for each other.
  for (const username of [...new Set(usernames)].sort()) changes.push(await addVisitor(client, username));
  return changes;
}

async function addVisitor(client: ClientBase, username: string): Promise<VisitorChange> {
  const known = await findVisitor(client, username);
  if (known && known.username !== username) throw createAliasError(username, known);
  const { rows } = await lockBriefly(client, () =>
    client.query<{ id: string }>(
      'INSERT INTO visitors (username) VALUES ($1) ON CONFLICT (username) DO NOTHING RETURNING id',
      [username],
    ),
  );
  const [added] = rows;
  const visitor = added ? { id: added.id, visits: '0' } : await findVisitor(client, username);
  const visits = visitor?.visits ?? '0';
  return {
    act: 'add',
    username,
    isChanged: added !== undefined,
    visitorId: visitor?.id ?? '',
    visitsBefore: visits,
    visitsAfter: visits,
  };
}
