import { DomainError } from '../../shared/domain-error';

/** Creates the error for a read that was not sent to the database. */
export function createReadRefusal(reason: string): DomainError {
  return new DomainError('overloaded', `${reason}. Ask again.`);
}

/** Creates the error for a read that the database did not answer in time. */
export function createReadTimeout(): DomainError {
  return new DomainError('database-unavailable', 'The database did not answer in time. Ask again.');
}
