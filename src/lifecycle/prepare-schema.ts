import { withAdvisoryLock } from '../db/advisory-lock';
import type { Migrator } from '../db/create-migrator';
import type { Logger } from '../shared/logger';
import { explainPending } from './check-readiness';
import type { OpenDatabase } from './open-database';

/**
 * Applies pending migrations to the embedded database. The schema of an operator's own database is the operator's: what
 * is missing there is only logged, and readiness waits for it.
 */
export async function prepareSchema(
  database: Pick<OpenDatabase, 'kind' | 'clientConfig'>,
  migrator: Migrator,
  logger: Logger,
): Promise<void> {
  if (database.kind === 'external') {
    await warnOfPending(migrator, logger);
    return;
  }
  await withAdvisoryLock(
    database.clientConfig,
    'migrate',
    () => undefined,
    () => migrator.up(),
  );
}

async function warnOfPending(migrator: Migrator, logger: Logger): Promise<void> {
  try {
    const pending = (await migrator.pending()).map(({ name }) => name);
    if (pending.length > 0) logger.warn({ pending }, explainPending(pending));
  } catch (error) {
    // A database that is down at the start is no reason to give up: readiness says 503 until it answers.
    logger.warn({ err: error }, 'the database does not answer yet');
  }
}
