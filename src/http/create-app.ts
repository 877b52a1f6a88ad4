import express, { type Express } from 'express';
import type { Logger } from '../shared/logger';
import { createErrorExit, refuseUnknownPath, type ObserveProblem } from './middleware/error-handler';
import { createRateLimiters, type RateLimits } from './middleware/rate-limit';
import { createRequestCheck } from './middleware/request-check';
import { createProblemMeter, createResponseLog, createResponseMeter } from './middleware/observe-response';
import { createRequestContext } from './middleware/request-context';
import { extendResponseHead, type ObserveResponse } from './middleware/response-head';
import { createRouteTable, type RouteDependencies } from './route-table';
import { createSecurityHeaders } from './middleware/security-headers';

/** Somebody who watches beside the metrics and the log. */
export interface Watcher {
  readonly observeResponse: ObserveResponse;
  readonly observeProblem: ObserveProblem;
}

/** What the app needs; it listens on nothing and reads no environment. */
export interface AppDependencies extends Omit<RouteDependencies, 'limiters'> {
  readonly logger: Logger;
  readonly limits: RequestLimits;
  readonly watcher?: Watcher | undefined;
}

/** What the app takes from clients, and how it tells them apart. */
export interface RequestLimits {
  readonly maxUrlBytes: number;
  readonly rateLimits: RateLimits;
  /** The proxies whose word on a client's address is taken, as Express's `trust proxy` names them. */
  readonly trustedProxies: readonly string[];
}

/** Builds the Express app out of the route table. */
export function createApp({ logger, limits, watcher, ...dependencies }: AppDependencies): Express {
  const { metrics } = dependencies;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', limits.trustedProxies);
  extendResponseHead(app, createSecurityHeaders(), [
    createResponseMeter(metrics),
    ...(watcher ? [watcher.observeResponse] : []),
    createResponseLog(logger),
  ]);
  app.use(createRequestContext);
  app.use(createRequestCheck(limits));
  const limiters = createRateLimiters(limits.rateLimits);
  for (const { router } of createRouteTable({ ...dependencies, limiters })) app.use(router);
  app.use(refuseUnknownPath);
  app.use(
    createErrorExit(logger, [createProblemMeter(metrics), ...(watcher ? [watcher.observeProblem] : [])]),
  );
  return app;
}
