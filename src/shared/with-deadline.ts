import { DomainError } from './domain-error';

/**
 * Waits for a read, at most so many milliseconds. What is late goes on in the database until its own timeout, unheard.
 * @throws {DomainError} `database-unavailable` when it is late.
 */
export async function withinDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new DomainError('database-unavailable', 'The database did not answer in time. Ask again.'));
    }, ms);
  });
  return Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
  });
}
