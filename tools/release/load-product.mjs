import { createRequire } from 'node:module';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');
const require = createRequire(import.meta.url);

/** Loads a compiled module of the product, such as `config/describe-settings`. Needs `npm run build`. */
export function load(path) {
  return require(join(root, 'dist/src', path));
}

/** Loads a package as the compiled product does, so that both get the same instance. */
export function loadPackage(name) {
  return require(name);
}

/** Creates the OpenAPI document of the service, without starting it. */
export function loadApi() {
  const { createOpenApiDocument } = load('http/openapi/create-openapi-document');
  const { createRouteTable } = load('http/route-table');
  const { createCrossOriginAccess } = load('http/middleware/cross-origin');
  const { createReadAccess } = load('http/middleware/read-access');
  const { loadWebAssets } = load('http/pages/web-assets');
  const access = createCrossOriginAccess([]);
  // The document follows from the definitions of the endpoints. Their handlers are not called.
  const dependencies = {
    services: {},
    metrics: {},
    admission: {},
    limiters: new Map(),
    access,
    readAccess: createReadAccess({ key: undefined, public: 'all' }, access),
    assets: loadWebAssets(root),
  };
  return createOpenApiDocument(createRouteTable(dependencies));
}
