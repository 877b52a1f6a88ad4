import type { Request, Response } from 'express';
import type { RecordedVisit } from '../../../services/commands/recording/record-visits-once';
import type { Services } from '../../../services/create-services';
import { DomainError } from '../../../shared/domain-error';
import { withDeadline } from '../../../shared/with-deadline';
import { HttpProblem } from '../../problem';
import type { Admission } from './admission';
import { describeClient } from './once';

/** The form of an `Idempotency-Key`. */
export const keyPattern = /^[\x20-\x7e]{1,64}$/;

/** A request that `admission` counts, and what records it. */
export interface RecordingRequest {
  readonly services: Pick<Services, 'recordVisit' | 'recordVisitOnce'>;
  readonly admission: Admission;
  readonly request: Request;
  readonly response: Response;
  /** If given, its client is counted once within these hours. */
  readonly onceHours: number | undefined;
}

/**
 * Records the visit of a request, or finds the one that was recorded under its key or for its client.
 * @throws {HttpProblem} 400 `invalid-idempotency-key` or `invalid-parameter`, 404 `unknown-name`, 429 `too-many-names`;
 * and the errors of the services.
 */
export function recordRequestedVisit(recording: RecordingRequest, username: string): Promise<RecordedVisit> {
  const { admission, request, response } = recording;
  const record = chooseRecording(recording, username);
  const check = admission.checkName?.(request, response, username);
  if (!check) return record();
  return withDeadline(check.then(record), admission.answerWithinMs, refuseLateVisit);
}

function chooseRecording(
  { services, admission, request, onceHours: hours }: RecordingRequest,
  username: string,
): () => Promise<RecordedVisit> {
  const client = hours === undefined ? undefined : describeClient(request);
  if (hours === undefined || client === undefined) {
    const key = readKey(request);
    return () => services.recordVisit(username, key);
  }
  return async () => {
    const visit = await services.recordVisitOnce({ client, username, hours });
    if (visit.ignored) admission.observeIgnored(visit.ignored);
    return visit;
  };
}

function refuseLateVisit(): never {
  throw new DomainError('outcome-unknown', 'The visit was not recorded in time and may still be counted.');
}

function readKey({ headers, headersDistinct }: Request): string | undefined {
  // `headers` is cheaper to read, and most requests have no key.
  if (headers['idempotency-key'] === undefined) return undefined;
  const [key = '', ...others] = headersDistinct['idempotency-key'] ?? [];
  if (others.length === 0 && keyPattern.test(key)) return key;
  throw new HttpProblem({
    status: 400,
    code: 'invalid-idempotency-key',
    detail: 'Idempotency-Key must be one value of 1 to 64 printable ASCII characters. Nothing was recorded.',
  });
}
