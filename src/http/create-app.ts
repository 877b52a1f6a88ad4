import express, { type Express } from 'express';
import type { Logger } from '../shared/logger';
import { createErrorExit, refuseUnknownPath } from './middleware/error-exit';
import { createProblemMeter, createResponseLog, createResponseMeter } from './observe-response';
import { createRequestContext } from './request-context';
import { extendResponseHead } from './response-head';
import { createRouteTable, type RouteDependencies } from './route-table';
import { createSecurityHeaders } from './security-headers';

/** What the app needs; it listens on nothing and reads no environment. */
export interface AppDependencies extends RouteDependencies {
  readonly logger: Logger;
}

/** Builds the Express app out of the route table. */
export function createApp({ logger, ...dependencies }: AppDependencies): Express {
  const { metrics } = dependencies;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  const observers = [createResponseMeter(metrics), createResponseLog(logger)];
  extendResponseHead(app, createSecurityHeaders(), observers);
  app.use(createRequestContext);
  for (const { router } of createRouteTable(dependencies)) app.use(router);
  app.use(refuseUnknownPath);
  app.use(createErrorExit(logger, [createProblemMeter(metrics)]));
  return app;
}
