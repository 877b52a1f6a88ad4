import { OperatorError } from '../../shared/operator-error';
import { explainFault } from '../../shared/readiness';
import { inspectPooler, type CreateClient } from './inspect-pooler';

/**
 * Refuses a pooler that gives each transaction another session. Commands hold locks, settings and temporary tables over
 * several transactions, so on another session they would be lost, or left to another client.
 * @throws {OperatorError} with the code and the cure.
 */
export async function requireSession(createClient: CreateClient): Promise<void> {
  const pooler = await inspectPooler(createClient);
  if (pooler === 'none' || pooler === 'session') return;
  throw new OperatorError(`${explainFault('database-pooler')} (database-pooler)`);
}
