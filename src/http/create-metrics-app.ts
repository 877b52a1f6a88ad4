import express, { type Express } from 'express';
import type { Logger } from '../shared/logger';
import type { Metrics } from '../metrics/create-metrics';
import { createErrorExit, refuseUnknownPath } from './middleware/error-handler';
import { createResponseLog } from './middleware/observe-response';
import { createRequestContext } from './middleware/request-context';
import { extendResponseHead } from './middleware/response-head';
import { createMetricsEndpoint } from './routes/operations/operation-endpoints';
import { createSecurityHeaders } from './middleware/security-headers';

/** Builds the app of the metrics' own port: `/-/metrics` and nothing else. */
export function createMetricsApp(metrics: Metrics, logger: Logger): Express {
  const { path, handler } = createMetricsEndpoint(metrics);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  extendResponseHead(app, createSecurityHeaders(), [createResponseLog(logger)]);
  app.use(createRequestContext);
  app.get(path, handler);
  app.use(refuseUnknownPath);
  app.use(createErrorExit(logger, []));
  return app;
}
