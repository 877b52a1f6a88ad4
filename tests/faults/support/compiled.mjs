import { createRequire } from 'node:module';
import { join } from 'node:path';
import { repository } from '../../support/work-tree.mjs';

// What `npm run build` and `npm run build:bench` made; there is no other way from here to the product's TypeScript.
const require = createRequire(join(repository, 'dist/'));

/** The service as it is shipped. */
export const serviceScript = join(repository, 'dist/src/main.js');

export const { startEmbeddedPostgres } = require('./src/db/embedded-postgres/start-embedded-postgres.js');
export const { readPostmasterFile } = require('./src/db/embedded-postgres/postmaster-file.js');
export const { identifyProcess } = require('./src/db/embedded-postgres/identify-process.js');
export const { spawnServer } = require('./bench/contenders/spawn-server.js');
export const { createRandom } = require('./bench/load/create-random.js');
export const { createZipf } = require('./bench/load/draw-zipf.js');
export const { readListing } = require('./bench/load/read-listing.js');
