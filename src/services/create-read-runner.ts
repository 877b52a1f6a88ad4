import { withDeadline } from '../shared/with-deadline';
import type { SharedRead } from './batching/create-shared-read';
import { createReadTimeout } from './batching/read-errors';
import { translateDatabaseError } from './translate-database-error';

/** Runs a statement, or refuses it while the schema lacks a migration. */
export type Guard = <T>(work: () => Promise<T>) => Promise<T>;

/** Creates what runs the queries: within the guard, in time, and together if they ask the same. */
export function createReadRunner(guard: Guard, answerWithinMs: number) {
  const read = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await guard(work);
    } catch (error) {
      throw translateDatabaseError(error, 'read');
    }
  };
  const inTime = <T>(answer: Promise<T>): Promise<T> =>
    withDeadline(answer, answerWithinMs, () => {
      throw createReadTimeout();
    });
  const share = <Question extends readonly unknown[], Answer>(
    reads: SharedRead,
    query: (...question: Question) => Promise<Answer>,
  ): ((...question: Question) => Promise<Answer>) => {
    const shared = reads.share((...question: Question) => read(() => query(...question)));
    return (...question) => inTime(shared(...question));
  };
  return { read, inTime, share };
}
