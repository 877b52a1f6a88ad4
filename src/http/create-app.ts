import express, { type Express } from 'express';
import type { Logger } from '../shared/logger';
import { createErrorExit, refuseUnknownPath } from './middleware/error-exit';
import { createRateLimiters, type RateLimits } from './middleware/rate-limit';
import { createRequestCheck } from './middleware/request-check';
import { createResponseLog, createResponseMeter } from './observe-response';
import { createRequestContext } from './request-context';
import { extendResponseHead } from './response-head';
import { createRouteTable, type RouteDependencies } from './route-table';
import { createSecurityHeaders } from './security-headers';

/** What the app needs; it listens on nothing and reads no environment. */
export interface AppDependencies extends Omit<RouteDependencies, 'limiters'> {
  readonly logger: Logger;
  readonly limits: RequestLimits;
}

/** What the app takes from clients, and how it tells them apart. */
export interface RequestLimits {
  readonly maxUrlBytes: number;
  readonly rateLimits: RateLimits;
  /** The proxies whose word on a client's address is taken, as Express's `trust proxy` names them. */
  readonly trustedProxies: readonly string[];
}

/** Builds the Express app out of the route table. */
export function createApp({ logger, limits, ...dependencies }: AppDependencies): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', limits.trustedProxies);
  const observers = [createResponseMeter(dependencies.metrics), createResponseLog(logger)];
  extendResponseHead(app, createSecurityHeaders(), observers);
  app.use(createRequestContext);
  app.use(createRequestCheck(limits));
  const limiters = createRateLimiters(limits.rateLimits);
  for (const { router } of createRouteTable({ ...dependencies, limiters })) app.use(router);
  app.use(refuseUnknownPath);
  app.use(createErrorExit(logger));
  return app;
}
