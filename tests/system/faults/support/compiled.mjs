import { createRequire } from 'node:module';
import { join } from 'node:path';
import { repository } from '../../support/work-tree.mjs';

const require = createRequire(import.meta.url);
const load = (file) => require(join(repository, 'dist', file));

// Compiled by `npm run build` and `npm run build:bench`, because Node 20 does not run TypeScript.
export const { startEmbeddedPostgres } = load('src/embedded-postgres/start-embedded-postgres.js');
export const { identifyProcess, readPostmasterFile } = load('src/embedded-postgres/postmaster.js');
export const { spawnServer } = load('bench/contenders/spawn-server.js');
export const { delayBy } = load('bench/database/fault.js');
export const { startFaultProxy } = load('bench/database/start-fault-proxy.js');
export const { createRandom, createZipf } = load('bench/load/random.js');
export const { readListing } = load('bench/load/read-listing.js');

/** The entry of the compiled service. */
export const serviceScript = join(repository, 'dist/src/main.js');
