import express, { type Express } from 'express';
import type { Logger } from '../shared/logger';
import { createErrorExit, refuseUnknownPath, type ObserveProblem } from './middleware/error-exit';
import { createProblemMeter, createResponseLog, createResponseMeter } from './observe-response';
import { createRequestContext } from './request-context';
import { extendResponseHead, type ObserveResponse } from './response-head';
import { createRouteTable, type RouteDependencies } from './route-table';
import { createSecurityHeaders } from './security-headers';

/** Somebody who watches beside the metrics and the log. */
export interface Watcher {
  readonly observeResponse: ObserveResponse;
  readonly observeProblem: ObserveProblem;
}

/** What the app needs; it listens on nothing and reads no environment. */
export interface AppDependencies extends RouteDependencies {
  readonly logger: Logger;
  readonly watcher?: Watcher | undefined;
}

/** Builds the Express app out of the route table. */
export function createApp({ logger, watcher, ...dependencies }: AppDependencies): Express {
  const { metrics } = dependencies;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  extendResponseHead(app, createSecurityHeaders(), [
    createResponseMeter(metrics),
    ...(watcher ? [watcher.observeResponse] : []),
    createResponseLog(logger),
  ]);
  app.use(createRequestContext);
  for (const { router } of createRouteTable(dependencies)) app.use(router);
  app.use(refuseUnknownPath);
  app.use(
    createErrorExit(logger, [createProblemMeter(metrics), ...(watcher ? [watcher.observeProblem] : [])]),
  );
  return app;
}
