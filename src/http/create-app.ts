import express, { type Express } from 'express';
import type { Metrics } from '../metrics/create-metrics';
import type { Logger } from '../shared/logger';
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
import { createAdmission, type AdmissionRules } from './routes/visits/admission';

/** Observers in addition to the metrics and the log, such as a monitoring agent. */
export interface Watcher {
  readonly observeResponse: ObserveResponse;
  readonly observeProblem: ObserveProblem;
}

/** What the app needs. */
export interface AppDependencies extends Omit<
  RouteDependencies,
  'limiters' | 'admission' | 'access' | 'readAccess'
> {
  readonly logger: Logger;
  readonly limits: RequestLimits;
  readonly watcher?: Watcher | undefined;
}

/** Limits per request and per client, how a client is identified, which visits are counted, and who may read. */
export interface RequestLimits {
  readonly maxUrlBytes: number;
  readonly rateLimits: RateLimits;
  readonly admission: AdmissionRules;
  readonly reading: ReadingRules;
  /** Proxies whose `X-Forwarded-For` is trusted, in the form of Express's `trust proxy`. */
  readonly trustedProxies: readonly string[];
  /** The origins whose pages may read everything; `*` stands for all. */
  readonly corsOrigins: readonly string[];
}

/** Builds the Express app from the route table. It does not listen. */
export function createApp({ logger, limits, watcher, ...dependencies }: AppDependencies): Express {
  const { metrics } = dependencies;
  const access = createCrossOriginAccess(limits.corsOrigins);
  const app = createBareApp(access, [
    createResponseMeter(metrics),
    ...(watcher ? [watcher.observeResponse] : []),
    createResponseLog(logger),
  ]);
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
  const mounts = createRouteTable({ ...dependencies, limiters, admission, access, readAccess });
  for (const { router } of mounts) app.use(router);
  app.use(refuseUnknownPath);
  app.use(
    createErrorHandler(logger, [createProblemMeter(metrics), ...(watcher ? [watcher.observeProblem] : [])]),
  );
  return app;
}

/** Builds the app of the separate metrics port: `/-/metrics` and nothing else. */
export function createMetricsApp(metrics: Metrics, logger: Logger): Express {
  const { path, handler } = createMetricsEndpoint(metrics);
  const app = createBareApp(createCrossOriginAccess([]), [createResponseLog(logger)]);
  app.get(path, handler);
  app.use(refuseUnknownPath);
  app.use(createErrorHandler(logger, []));
  return app;
}

function createBareApp(access: CrossOriginAccess, observers: readonly ObserveResponse[]): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  extendResponseHead(app, observers);
  app.use(createRequestContext(access));
  return app;
}
