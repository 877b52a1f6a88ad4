import type { Router } from 'express';
import type { Metrics } from '../metrics/create-metrics';
import type { Services } from '../services/create-services';
import type { CheckReadiness } from '../shared/readiness';
import { createRouter } from './create-router';
import type { Endpoint } from './define-endpoint';
import type { CrossOriginAccess } from './middleware/cross-origin';
import type { ReadAccess } from './middleware/read-access';
import type { RateLimiters } from './middleware/rate-limit';
import type { WebAssets } from './pages/web-assets';
import { createBadgeEndpoints } from './routes/badges/badge-endpoints';
import { createSparkEndpoint } from './routes/badges/spark-endpoint';
import { createDocumentEndpoints } from './routes/documents/document-endpoints';
import { createEventEndpoints } from './routes/events/event-endpoints';
import type { StreamLimiter } from './routes/events/stream-limiter';
import { createHistoryEndpoints } from './routes/history/history-endpoints';
import { createMetricsEndpoint, createOperationEndpoints } from './routes/operations/operation-endpoints';
import { createAssetEndpoints } from './routes/pages/asset-endpoints';
import { createBrowserFileEndpoints } from './routes/pages/browser-files';
import { createPageRouter } from './routes/pages/create-page-router';
import { createPageEndpoints } from './routes/pages/page-endpoints';
import { createSignInEndpoints } from './routes/sign-in/sign-in-endpoints';
import type { Admission } from './routes/visits/admission';
import { createVisitEndpoints } from './routes/visits/visit-endpoints';
import { createVisitorEndpoints } from './routes/visitors/visitor-endpoints';

/** A group of endpoints and its router. */
export interface Mount {
  /** The heading of the group in the API document. */
  readonly tag: string;
  /** One sentence about the group. */
  readonly purpose: string;
  readonly endpoints: readonly Endpoint[];
  readonly router: Router;
  /** Whether `BASE_PATH` does not move the group. */
  readonly isAtRoot?: boolean;
}

/** What the routes need. */
export interface RouteDependencies {
  readonly services: Services;
  readonly checkReadiness: CheckReadiness;
  readonly metrics: Metrics;
  /** True if the metrics are served on a separate port, and so not here. */
  readonly metricsApart?: boolean;
  readonly assets: WebAssets;
  readonly limiters: RateLimiters;
  readonly admission: Admission;
  readonly access: CrossOriginAccess;
  readonly readAccess: ReadAccess;
  readonly streamLimiter: StreamLimiter;
}

/**
 * Lists every mount in matching order. The route that records comes first because it gets the most
 * requests. It matches one path segment that is a valid user name, so never a path below `/-/`.
 */
export function createRouteTable(dependencies: RouteDependencies): Mount[] {
  const { services, checkReadiness, metrics, metricsApart = false } = dependencies;
  const { assets, limiters, admission, readAccess, streamLimiter } = dependencies;
  const mount = (
    [tag, purpose]: readonly [string, string],
    endpoints: readonly Endpoint[],
    router?: Router,
  ): Mount => ({
    tag,
    purpose,
    endpoints,
    router: router ?? createRouter(endpoints, limiters, readAccess),
  });
  const pages = createPageEndpoints(services, assets, readAccess);
  const mounts: Mount[] = [
    mount(['Visits', 'Record a visit and get the number.'], createVisitEndpoints(services, admission)),
    mount(['Pages', 'What a browser shows to a person.'], pages, createPageRouter(pages, dependencies)),
    mount(
      ['Sign in', 'Enter the read key, if the operator has set one.'],
      createSignInEndpoints(readAccess.readers, assets),
    ),
    mount(['Page assets', 'Scripts, styles and images.'], createAssetEndpoints(assets)),
    mount(['Visitors', 'Read numbers. Nothing is recorded.'], createVisitorEndpoints(services)),
    mount(['Visits over time', 'Read when visits were recorded.'], createHistoryEndpoints(services)),
    mount(
      ['Live numbers', 'Get a number each time it changes, as server-sent events.'],
      createEventEndpoints(services, streamLimiter),
    ),
    mount(
      ['Badges', 'Images for other pages. Only `/-/hit/` records a visit.'],
      [...createBadgeEndpoints(services, admission), createSparkEndpoint(services)],
    ),
    mount(
      ['API documents', 'This description, for programs and for people.'],
      createDocumentEndpoints(() => mounts, assets),
    ),
    mount(
      [
        'Files requested by browsers',
        'Browsers and crawlers ask for these by themselves. None of them is counted.',
      ],
      createBrowserFileEndpoints(),
    ),
    {
      ...mount(
        ['Health and metrics', 'For the programs of the operator.'],
        [
          ...createOperationEndpoints(checkReadiness),
          ...(metricsApart ? [] : [createMetricsEndpoint(metrics)]),
        ],
      ),
      // Its readers ask the process itself, not the proxy that adds the path.
      isAtRoot: true,
    },
  ];
  return mounts;
}
