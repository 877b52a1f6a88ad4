import { DomainError } from '../../../shared/domain-error';

/** Creates the error for a visit to a name whose total is not there. Nothing was recorded. */
export function createTotalMissing(): DomainError {
  return new DomainError(
    'totals-missing',
    'The total of this name is missing; nothing was recorded. "footfall totals rebuild" creates it.',
  );
}

/** Creates the error for a visit that was not sent to the database. */
export function createRefusal(reason: string, advice: string): DomainError {
  return new DomainError('overloaded', `${reason}; nothing was recorded. ${advice}`);
}

/** Creates the error for a visit that was sent to the database, which did not answer in time. */
export function createTimeout(advice = ''): DomainError {
  return new DomainError(
    'outcome-unknown',
    `The database did not answer in time: the visit may or may not be counted.${advice}`,
  );
}
