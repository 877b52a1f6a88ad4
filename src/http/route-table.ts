import type { Router } from 'express';
import type { Metrics } from '../metrics/create-metrics';
import type { Services } from '../services/create-services';
import { createRouter } from './create-router';
import type { Endpoint } from './define-endpoint';
import type { RateLimiters } from './middleware/rate-limit';
import { createPageRouter } from './routes/pages/create-page-router';
import type { WebAssets } from './pages/web-assets';
import { createAssetEndpoints, createAssetRouter } from './routes/pages/asset-endpoints';
import { createBadgeEndpoints } from './routes/badges/badge-endpoints';
import { createBrowserRequestEndpoints } from './routes/pages/browser-files';
import { createDocumentEndpoints } from './routes/documents/document-endpoints';
import { createHistoryEndpoints } from './routes/history/history-endpoints';
import { createMetricsEndpoint, createOperationEndpoints } from './routes/operations/operation-endpoints';
import type { CheckReadiness } from '../shared/readiness';
import { createPageEndpoints } from './routes/pages/page-endpoints';
import { createVisitorEndpoints } from './routes/visitors/visitor-endpoints';
import { createVisitEndpoints } from './routes/visits/visit-endpoints';

/** One mount: what it is for, its endpoints as data, and the router made of them. */
export interface Mount {
  readonly purpose: string;
  readonly endpoints: readonly Endpoint[];
  readonly router: Router;
}

/** What the routes need. */
export interface RouteDependencies {
  readonly services: Services;
  readonly checkReadiness: CheckReadiness;
  readonly metrics: Metrics;
  /** True when the metrics have a port of their own: then they are not served here. */
  readonly metricsApart?: boolean;
  readonly assets: WebAssets;
  readonly limiters: RateLimiters;
}

/**
 * THE list of mounts, in the order in which they are asked. The route that counts comes first because it is the
 * busiest; it takes one segment that is a user name, so nothing below `/-/` can be mistaken for one.
 */
export function createRouteTable(dependencies: RouteDependencies): Mount[] {
  const { services, checkReadiness, metrics, metricsApart = false, assets, limiters } = dependencies;
  const mount = (purpose: string, endpoints: readonly Endpoint[], router?: Router): Mount => ({
    purpose,
    endpoints,
    router: router ?? createRouter(endpoints, limiters),
  });
  const pages = createPageEndpoints(services, assets);
  const files = createAssetEndpoints(assets);
  const mounts: Mount[] = [
    mount('visits, recorded', createVisitEndpoints(services)),
    mount('pages, for clients that prefer HTML', pages, createPageRouter(pages, assets, limiters)),
    mount('what the pages consist of', files, createAssetRouter(files, limiters)),
    mount('visitors, read only', createVisitorEndpoints(services)),
    mount('visits over time, read only', createHistoryEndpoints(services)),
    mount('badges', createBadgeEndpoints(services)),
    mount(
      'this interface, described',
      createDocumentEndpoints(() => mounts, assets),
    ),
    mount('what browsers ask for by themselves', createBrowserRequestEndpoints()),
    mount('health and metrics, for the operator', [
      ...createOperationEndpoints(checkReadiness),
      ...(metricsApart ? [] : [createMetricsEndpoint(metrics)]),
    ]),
  ];
  return mounts;
}
