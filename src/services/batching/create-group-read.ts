import { isRefusal, translateDatabaseError } from '../translate-database-error';
import type { BatchQueueLimits } from './batch-queue-options';
import { createBatchQueue } from './create-batch-queue';
import { createReadRefusal, createReadTimeout } from './read-errors';

/** A read of one name, done together with those of other names. */
export interface GroupRead<Answer> {
  /**
   * Reads the answer for a name; undefined if there is none. The statement begins after this call. All calls for a
   * name in one batch get the same object.
   * @throws {DomainError} `overloaded`, `database-unavailable`.
   */
  read(username: string): Promise<Answer | undefined>;
  /** Names that wait for a statement. */
  readonly waiting: number;
  /** Statements under way. */
  readonly inFlight: number;
}

/**
 * Creates a group read: one call of `readAll` for all names that were asked since the last one began.
 * @param readAll reads the answers by name; a name without an answer is left out
 */
export function createGroupRead<Answer>(
  readAll: (usernames: readonly string[]) => Promise<ReadonlyMap<string, Answer>>,
  limits: BatchQueueLimits,
): GroupRead<Answer> {
  const queue = createBatchQueue<string, Answer | undefined>({
    limits,
    isRefused: isRefusal,
    rowOf: (username) => username,
    toError: (error) => translateDatabaseError(error, 'read'),
    createRefusal: createReadRefusal,
    createTimeout: createReadTimeout,
    async send(batch) {
      const answers = await readAll([...new Set(batch.map(({ item }) => item))]);
      for (const asked of batch) asked.resolve(answers.get(asked.item));
    },
  });
  return {
    read: (username) => queue.add(username),
    get waiting() {
      return queue.waiting;
    },
    get inFlight() {
      return queue.inFlight;
    },
  };
}
