import { DatabaseError } from 'sequelize';
import { DomainError } from '../../shared/domain-error';

/**
 * Turns PostgreSQL's refusal of a time zone into `unknown-time-zone`: its list of zones may be older than Node's,
 * which the name has passed. Any other error comes back as it is.
 */
export function toUnknownTimeZone(error: unknown, name: string): unknown {
  // invalid_parameter_value; the zone is the only parameter that has not been checked against a list of ours.
  if (!(error instanceof DatabaseError) || (error.parent as { code?: unknown }).code !== '22023')
    return error;
  return new DomainError(
    'unknown-time-zone',
    `The database does not know the time zone "${name}"; use an older name.`,
    { cause: error },
  );
}
