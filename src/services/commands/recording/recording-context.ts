import type { RunStatement } from '../../../shared/statement';
import type { BatchQueueLimits, BatchQueueOptions } from '../../batching/batch-queue-options';
import { isRefusal, translateDatabaseError } from '../../translate-database-error';

/** Called with visits whose outcome is final: how many, and how many of them are known to be committed. */
export type ObserveBatch = (visits: number, recorded: number) => void;

/** What the queues of a recorder have in common. */
export interface RecordingContext {
  readonly run: RunStatement;
  readonly limits: BatchQueueLimits;
  /** Longest wait of a batch for one lock, in milliseconds. */
  readonly lockTimeoutMs: number;
  readonly observeBatch: ObserveBatch;
  /** Called after the commit with the id of each visitor that was recorded. Must not throw. */
  readonly announce: (visitorId: string) => void;
  /** The names that another transaction was seen to hold, until they are recorded again. */
  readonly held: Set<string>;
}

/** Returns what every queue of a recorder does with a statement that failed. */
export function handleFailures({
  observeBatch,
}: RecordingContext): Pick<BatchQueueOptions<never, never>, 'isRefused' | 'toError' | 'observeFailure'> {
  return {
    isRefused: isRefusal,
    toError: (error) => translateDatabaseError(error, 'record'),
    observeFailure: (visits) => {
      observeBatch(visits, 0);
    },
  };
}
