import type { ClientBase } from 'pg';
import { OperatorError } from '../../../shared/operator-error';

/** A visitor, found by its name or by an alias. */
export interface FoundVisitor {
  readonly id: string;
  readonly username: string;
  readonly isHidden: boolean;
  /** A bigint, as text. */
  readonly visits: string;
}

/** Finds the visitor of a name or of an alias; undefined if there is none. */
export async function findVisitor(client: ClientBase, name: string): Promise<FoundVisitor | undefined> {
  const { rows } = await client.query<FoundVisitor>(
    `SELECT id, username, hidden_at IS NOT NULL AS "isHidden", coalesce(visits, 0) AS visits
     FROM visitors LEFT JOIN visit_totals ON visitor_id = id
     WHERE username = $1 OR id = (SELECT visitor_id FROM visitor_aliases WHERE alias = $1)`,
    [name],
  );
  return rows[0];
}

/**
 * Finds the visitor of a name.
 * @throws {OperatorError} if there is none, or if the name is an alias.
 */
export async function requireVisitor(client: ClientBase, name: string): Promise<FoundVisitor> {
  const visitor = await findVisitor(client, name);
  if (!visitor) throw new OperatorError(`there is no visitor ${JSON.stringify(name)}`);
  if (visitor.username !== name) throw createAliasError(name, visitor);
  return visitor;
}

/** Creates the error for a name that is an alias. */
export function createAliasError(name: string, { username }: FoundVisitor): OperatorError {
  const names = [name, username].map((text) => JSON.stringify(text));
  return new OperatorError(`${names[0]} is an alias of ${names[1]}; give that name instead`);
}
