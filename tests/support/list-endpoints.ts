import { join } from 'node:path';
import type { Endpoint } from '../../src/http/define-endpoint';
import { createCrossOriginAccess } from '../../src/http/middleware/cross-origin';
import { createReadAccess } from '../../src/http/middleware/read-access';
import { loadWebAssets } from '../../src/http/pages/web-assets';
import { createRouteTable, type RouteDependencies } from '../../src/http/route-table';

/** Lists every endpoint of the service. Their handlers must not be called. */
export function listEndpoints(): Endpoint[] {
  const access = createCrossOriginAccess([]);
  const dependencies = {
    services: {},
    metrics: {},
    admission: {},
    limiters: new Map(),
    access,
    readAccess: createReadAccess({ key: undefined, public: 'all' }, access),
    assets: loadWebAssets(join(__dirname, '..', '..')),
  };
  return createRouteTable(dependencies as unknown as RouteDependencies).flatMap(({ endpoints }) => endpoints);
}
