import express, { type Express } from 'express';
import type { Metrics } from '../metrics/create-metrics';
import type { Logger } from '../shared/logger';
import { createBaseRedirect, createToPath, type ToPath } from './base-path';
import { trustProxies } from './middleware/client-address';
import { createErrorHandler, refuseUnknownPath, type ObserveProblem } from './middleware/error-handler';
import { createProblemMeter, createResponseLog, createResponseMeter } from './middleware/observe-response';
import { createCrossOriginAccess, type CrossOriginAccess } from './middleware/cross-origin';
import { createNameLimiter, createRateLimiters, type RateLimits } from './middleware/rate-limit';
import { createReadAccess, type ReadingRules } from './middleware/read-access';
import { createRequestCheck } from './middleware/request-check';
import { createRequestContext } from './middleware/request-context';
import { extendResponseHead, type ObserveResponse } from './middleware/response-head';
import { createRouteTable, type RouteDependencies } from './route-table';
import { createMetricsEndpoint } from './routes/operations/operation-endpoints';
import { createStreamLimiter, type StreamLimits } from './routes/events/stream-limiter';
import { createAdmission, type AdmissionRules } from './routes/visits/admission';

/** Observers in addition to the metrics and the log, such as a monitoring agent. */
export interface Watcher {
  readonly observeResponse: ObserveResponse;
  readonly observeProblem: ObserveProblem;
}

/** What the app needs. */
export interface AppDependencies extends Omit<
  RouteDependencies,
  'limiters' | 'admission' | 'access' | 'readAccess' | 'streamLimiter'
> {
  readonly logger: Logger;
  readonly limits: RequestLimits;
  /** The path below which everything but health and metrics is served, such as `/count`. Default: none. */
  readonly basePath?: string;
  readonly watcher?: Watcher | undefined;
}

/** Limits per request and per client, how a client is identified, which visits are counted, and who may read. */
export interface RequestLimits {
  readonly maxUrlBytes: number;
  readonly rateLimits: RateLimits;
  readonly streams: StreamLimits;
  readonly admission: AdmissionRules;
  readonly reading: ReadingRules;
  /** Proxies whose `X-Forwarded-For` is trusted, in the form of Express's `trust proxy`. */
  readonly trustedProxies: readonly string[];
  /** The origins whose pages may read everything; `*` stands for all. */
  readonly corsOrigins: readonly string[];
}

/** Builds the Express app from the route table. It does not listen. */
export function createApp(parts: AppDependencies): Express {
  const { logger, limits, watcher, basePath = '', ...dependencies } = parts;
  const { metrics } = dependencies;
  const access = createCrossOriginAccess(limits.corsOrigins, basePath);
  const toPath = createToPath(basePath);
  const observers = [
    createResponseMeter(metrics),
    ...(watcher ? [watcher.observeResponse] : []),
    createResponseLog(logger),
  ];
  const app = createBareApp(access, observers, toPath);
  app.set('query parser', 'simple');
  trustProxies(app, limits.trustedProxies);
  app.use(createRequestCheck(limits));
  const limiters = createRateLimiters(limits.rateLimits);
  const admission = createAdmission({
    rules: limits.admission,
    services: dependencies.services,
    metrics,
    limitNewNames: createNameLimiter(limits.rateLimits),
  });
  const readAccess = createReadAccess(limits.reading, access);
  const streamLimiter = createStreamLimiter(limits.streams);
  const mounts = createRouteTable({
    ...dependencies,
    limiters,
    admission,
    access,
    readAccess,
    streamLimiter,
  });
  if (basePath !== '') app.use(createBaseRedirect(toPath));
  for (const { router, isAtRoot } of mounts) app.use(isAtRoot ? '/' : toPath('') || '/', router);
  app.use(refuseUnknownPath);
  app.use(
    createErrorHandler(logger, [createProblemMeter(metrics), ...(watcher ? [watcher.observeProblem] : [])]),
  );
  return app;
}

/** Builds the app of the separate metrics port: `/-/metrics` and nothing else. */
export function createMetricsApp(metrics: Metrics, logger: Logger): Express {
  const { path, handler } = createMetricsEndpoint(metrics);
  const app = createBareApp(createCrossOriginAccess([]), [createResponseLog(logger)], createToPath());
  app.get(path, handler);
  app.use(refuseUnknownPath);
  app.use(createErrorHandler(logger, []));
  return app;
}

function createBareApp(
  access: CrossOriginAccess,
  observers: readonly ObserveResponse[],
  toPath: ToPath,
): Express {
  const app = express();
  app.enable('case sensitive routing');
  app.disable('x-powered-by');
  app.disable('etag');
  extendResponseHead(app, observers);
  app.use(createRequestContext(access, toPath));
  return app;
}
