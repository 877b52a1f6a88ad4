import type { Response } from 'express';
import { DomainError, type DomainErrorCode } from '../../../shared/domain-error';
import { withDeadline } from '../../../shared/with-deadline';
import { sendProblem, type SendProblem } from '../../problem';
import { sendBody, sendJson } from '../../send-body';
import type { BadgeOptions } from './badge-query';
import { presentBadge, renderBadge } from './render-badge';

/** The media type of badges. */
export const svgType = 'image/svg+xml; charset=utf-8';

/**
 * GitHub's and older image proxies respect these headers, so each view requests the badge again.
 * https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-anonymized-urls
 */
export const badgeHeaders = [
  ...['Cache-Control', 'no-store, no-cache, must-revalidate, max-age=0'],
  ...['Expires', 'Thu, 01 Jan 1970 00:00:00 GMT'],
  ...['Pragma', 'no-cache'],
];

// GitHub's image proxy gives up after 4 seconds and may keep the broken image.
const answerWithinMs = 2500;

/** Waits for the work, which goes on after the deadline. */
export function inTime<T>(work: Promise<T>, code: DomainErrorCode, message: string): Promise<T> {
  return withDeadline(work, answerWithinMs, () => {
    throw new DomainError(code, message);
  });
}

/**
 * Sends a badge without a number in place of a problem with status 503. An image proxy may cache an
 * error, or show a broken image, long after a temporary failure. The error handler still logs it.
 */
export function onUnavailable(response: Response, sendUnknown: () => void): void {
  const send: SendProblem = (request, _response, problem) => {
    if (problem.status === 503 && !response.headersSent) sendUnknown();
    else sendProblem(request, response, problem);
  };
  response.locals['sendProblem'] = send;
}

/** Sends the badge as an image. */
export function sendBadge(
  response: Response,
  counts: readonly string[] | undefined,
  options: BadgeOptions,
): void {
  sendBody(response, 200, svgType, renderBadge(counts, options), badgeHeaders);
}

/** Sends the badge as JSON for shields.io. */
export function sendDescription(
  response: Response,
  counts: readonly string[] | undefined,
  options: BadgeOptions,
): void {
  sendJson(response, presentBadge(counts, options), badgeHeaders);
}
