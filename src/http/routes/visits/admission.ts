import type { Request } from 'express';
import type { Services } from '../../../services/create-services';
import type { Metrics } from '../../../metrics/create-metrics';
import { HttpProblem } from '../../problem';
import { createBotCheck } from './is-bot';
import { createNameCheck, type AdmitNewName, type CheckName } from './name-check';
import { createReservedCheck } from './reserved-names';

/** Which visits are counted. */
export interface AdmissionRules {
  /** Whether crawlers and link previews are counted. */
  readonly bots: 'count' | 'ignore';
  /** The names that are counted: all, those that exist, or those that match. */
  readonly names: 'open' | 'known' | RegExp;
  /** Names that are never counted, in the form of `createReservedCheck`. */
  readonly reservedNames: readonly string[];
  /** Longest time to an answer, in milliseconds. */
  readonly answerWithinMs: number;
}

/** Why a client gets the number and is not counted. It is the value of the header `Visit-Ignored`. */
export type IgnoreReason = 'bot' | 'once' | 'prerender';

/** Decides about every request that would record a visit. */
export interface Admission {
  /**
   * Decides whether a visit is counted, or its number only shown.
   * @param shownAs an image of a prerendered page is shown, because the page keeps it
   * @throws {HttpProblem} if it is refused: 404 `not-found` or `unknown-name`, 503 `speculative-request`.
   */
  decide(request: Request, username: string, shownAs?: 'image'): 'counted' | IgnoreReason;
  /** Adds a visit that was not counted for a reason that `decide` does not know to the metrics. */
  observeIgnored(reason: IgnoreReason): void;
  /** @throws {HttpProblem} 404 `not-found` or `unknown-name`, if no visit to the name would be counted. */
  refuseName(username: string): void;
  /** Undefined if every name that `decide` lets pass may be created. */
  readonly checkName: CheckName | undefined;
  readonly answerWithinMs: number;
}

/** What the decision needs. */
export interface AdmissionDependencies {
  readonly rules: AdmissionRules;
  readonly services: Pick<Services, 'nameExists'>;
  readonly metrics: Pick<Metrics, 'observeIgnored'>;
  /** Undefined if the number of new names is not limited. */
  readonly limitNewNames: AdmitNewName | undefined;
}

const prefetch = /\b(prefetch|prerender|preview)\b/i;

/** Creates what decides which visits are counted. A rule that is off costs nothing. */
export function createAdmission({
  rules: { bots, names, reservedNames, answerWithinMs },
  services,
  metrics,
  limitNewNames,
}: AdmissionDependencies): Admission {
  const isBot = bots === 'ignore' ? createBotCheck() : undefined;
  const isReserved = createReservedCheck(reservedNames);
  const pattern = names instanceof RegExp ? names : undefined;
  const refuseName = (username: string): void => {
    if (isReserved(username)) throw createReservedName();
    if (pattern?.test(username) === false) throw createUnknownName();
  };
  const ignore = (reason: IgnoreReason): IgnoreReason => {
    metrics.observeIgnored(reason);
    return reason;
  };
  const admitNewName = names === 'known' ? refuseNewName : limitNewNames;
  return {
    answerWithinMs,
    observeIgnored: (reason) => {
      metrics.observeIgnored(reason);
    },
    checkName: admitNewName && createNameCheck(services, admitNewName),
    refuseName,
    decide(request, username, shownAs) {
      refuseName(username);
      if (isPrefetch(request)) {
        if (shownAs === 'image' && isPrerendered(request)) return ignore('prerender');
        throw createSpeculativeRequest();
      }
      return isBot?.(request.headers['user-agent']) ? ignore('bot') : 'counted';
    },
  };
}

const refuseNewName: AdmitNewName = () => Promise.reject(createUnknownName());

function createUnknownName(): HttpProblem {
  return new HttpProblem({
    status: 404,
    code: 'unknown-name',
    detail: 'This service does not count visits to this name. Nothing was recorded.',
  });
}

function createReservedName(): HttpProblem {
  return new HttpProblem({
    status: 404,
    code: 'not-found',
    detail:
      'This name is reserved, because browsers or scanners request it on their own. It is never counted.',
  });
}

// https://developer.mozilla.org/docs/Web/HTTP/Headers/Sec-Purpose
function isPrefetch({ headers }: Request): boolean {
  const purpose = headers['sec-purpose'] ?? headers['purpose'] ?? headers['x-purpose'] ?? headers['x-moz'];
  return purpose !== undefined && prefetch.test(String(purpose));
}

/** Whether a browser requests this for a page that it may show later without requesting it again. */
function isPrerendered({ headers }: Request): boolean {
  return /\bprerender\b/i.test(String(headers['sec-purpose']));
}

/**
 * Creates the refusal of a prefetch: nobody has visited yet. After a status other than 2xx a browser discards the
 * result, so the visit sends a new request.
 */
function createSpeculativeRequest(): HttpProblem {
  return new HttpProblem({
    status: 503,
    code: 'speculative-request',
    detail: 'This request is a prefetch, so nothing was recorded. Send it again for the visit itself.',
  });
}
