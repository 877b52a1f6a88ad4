// Prints the OpenAPI document of the service, as /-/openapi.json does. Needs `npm run build`.
import { loadApi } from './release/load-product.mjs';

process.stdout.write(`${JSON.stringify(loadApi(), null, 2)}\n`);
