import { DomainError } from '../shared/domain-error';
import type { RunStatement } from '../shared/statement';
import { createBatchQueue, type BatchQueueLimits } from './batching/create-batch-queue';
import { createRefusal } from './commands/recording/recording-errors';
import { findExistingNames } from './queries/find-existing-names';
import { isRefusal, translateDatabaseError } from './translate-database-error';

// One statement for all names that wait; the pool stays free for recording.
const limitsOfLookup = { maxInFlight: 1, maxBatch: 500 };

/**
 * Creates the function that tells whether a name exists. Names that are asked together are looked up together.
 * @throws {DomainError} `overloaded`, `database-unavailable`.
 */
export function createNameLookup(
  run: RunStatement,
  limits: BatchQueueLimits,
): (username: string) => Promise<boolean> {
  const queue = createBatchQueue<string, boolean>({
    limits: { ...limits, ...limitsOfLookup },
    isRefused: isRefusal,
    rowOf: (username) => username,
    toError: (error) => translateDatabaseError(error, 'read'),
    createRefusal: (reason) => createRefusal(reason, 'Ask again.'),
    createTimeout: () =>
      new DomainError('database-unavailable', 'The database did not answer in time; nothing was recorded.'),
    async send(batch) {
      const existing = await findExistingNames(run, [...new Set(batch.map(({ item }) => item))]);
      for (const asked of batch) asked.resolve(existing.has(asked.item));
    },
  });
  return (username) => queue.add(username);
}
