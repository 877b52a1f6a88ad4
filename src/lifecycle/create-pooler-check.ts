import { Client } from 'pg';
import type { PoolSettings } from '../config/settings';
import { inspectPooler } from '../db/pooler/inspect-pooler';
import { explainFault, type ReadinessFault } from '../shared/readiness';
import type { OpenDatabase } from './open-database';

/**
 * Creates the function that says whether a pooler breaks what the service needs: prepared statements, unless they are
 * off. It looks at the first call, and again while there is a fault. It rejects if the database cannot be asked.
 */
export function createPoolerCheck(
  { kind, clientConfig }: Pick<OpenDatabase, 'kind' | 'clientConfig'>,
  { preparesStatements, connectTimeoutMs }: PoolSettings,
): () => Promise<ReadinessFault | undefined> {
  const code = 'database-prepared-statements';
  const times = { connectionTimeoutMillis: connectTimeoutMs, query_timeout: connectTimeoutMs };
  const config = { ...clientConfig, ...times, application_name: 'footfall-check' };
  let isSound = kind === 'embedded' || !preparesStatements;
  return async () => {
    if (isSound) return undefined;
    const pooler = await inspectPooler(() => new Client(config));
    isSound = pooler !== 'transaction-unprepared';
    return isSound ? undefined : { code, detail: explainFault(code) };
  };
}
