import { DomainError } from '../../shared/domain-error';

/** The refusal to show somebody who was never counted. */
export function visitorNotFound(username: string): DomainError {
  return new DomainError('visitor-not-found', `Nobody called "${username}" has been counted yet.`);
}
