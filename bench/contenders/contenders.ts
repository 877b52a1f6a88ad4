import { join } from 'node:path';
import { loadSettings } from '../../src/config/load-settings';
import type { Contender, ContenderName } from './contender';
import { shippedService } from './shipped-service';
import { startBare } from './start-bare';
import { startInserts } from './start-inserts';
import { startServers } from './start-servers';

// Footfall with its default settings.
const service = { ...shippedService, schema: 'current' } as const;
const originalServer = { script: toServerPath('original-server.js'), schema: 'log' } as const;
const select1Server = { script: toServerPath('select-1-server.js'), schema: 'none' } as const;

// Every rule about what is counted. Each request of `doors-once` comes from a client of its own, and all requests of
// `doors-returning` from one client, which is counted once for each name.
const doors = {
  ...service,
  settings: {
    ...service.settings,
    BOTS: 'ignore',
    NAMES: 'pattern:[a-z0-9-]{1,80}',
    RESERVED_NAMES: 'common',
    TRUSTED_PROXIES: 'loopback',
  },
};

// The settings of docker-compose.prod.yml, with limits that no load reaches.
const box = {
  schema: 'current',
  boxed: true,
  settings: {
    DB_POOL_SIZE: '5',
    TRUSTED_PROXIES: 'uniquelocal',
    RATE_LIMIT_VISITS: '1000000000',
    RATE_LIMIT_READS: '1000000000',
    BOTS: 'ignore',
    RESERVED_NAMES: 'common',
  },
} as const;

/** All contenders, in the order of tables and plots. */
export const contenders: Readonly<Record<ContenderName, Contender>> = {
  footfall: {
    title: 'Footfall',
    share: 1,
    start: (setup) => startServers({ name: 'footfall', ...service }, setup),
  },
  doors: {
    title: 'Footfall with bots and names checked',
    share: 1,
    start: (setup) => startServers({ name: 'doors', ...doors }, setup),
  },
  'doors-once': {
    title: 'Footfall with bots and names checked, once per client',
    share: 1,
    start: (setup) => startServers({ name: 'doors-once', ...doors }, setup),
  },
  'doors-returning': {
    title: 'Footfall with bots and names checked, once per client, a client that returns',
    share: 1,
    start: (setup) => startServers({ name: 'doors-returning', ...doors }, setup),
  },
  // Four times as many connections.
  crowd: {
    title: 'Footfall, four times the connections',
    share: 1,
    start: (setup) => startServers({ name: 'crowd', ...service, moreConnections: 4 }, setup),
  },
  // In the mixed workload, the same service without reads.
  'visits-alone': {
    title: 'Footfall, visits alone',
    share: 1,
    start: (setup) => startServers({ name: 'visits-alone', ...service }, setup),
  },
  // Two services on one database; each gets half of the connections.
  'two-processes': {
    title: 'Footfall, two processes',
    share: 1,
    start: (setup) => startServers({ name: 'two-processes', ...service, processes: 2 }, setup),
  },
  // One statement for each visit, as many at once as the pool has connections.
  unbatched: {
    title: 'Footfall, batching off',
    share: 0.25,
    start: (setup) => {
      const batching = { RECORD_MAX_BATCH: '1', RECORD_MAX_IN_FLIGHT: String(loadSettings({}).pool.size) };
      return startServers(
        { name: 'unbatched', ...service, settings: { ...service.settings, ...batching } },
        setup,
      );
    },
  },
  // The image of the service, asked directly.
  container: {
    title: 'Footfall in its container',
    share: 1,
    start: (setup) => startServers({ name: 'container', schema: 'current' }, setup),
  },
  // The images of the service and of nginx, as docker-compose.prod.yml runs them.
  shipped: {
    title: 'Footfall as shipped, behind nginx',
    share: 1,
    start: (setup) => startServers({ name: 'shipped', schema: 'current', proxied: true }, setup),
  },
  // nginx and two replicas as docker-compose.prod.yml runs them, on one core.
  box: {
    title: 'Footfall in the box',
    share: 1,
    start: (setup) => startServers({ name: 'box', ...box }, setup),
  },
  'box-connecting': {
    title: 'Footfall in the box, a connection for each request',
    share: 0.5,
    start: (setup) => startServers({ name: 'box-connecting', ...box, connectEachTime: true }, setup),
  },
  'box-original': {
    title: 'the original’s way in the box',
    share: 0.05,
    start: (setup) => startServers({ name: 'box-original', ...originalServer, boxed: true }, setup),
  },
  // Find or create, insert, count, on Express and the same pool; without totals.
  original: {
    title: 'the original’s way',
    share: 0.125,
    start: (setup) => startServers({ name: 'original', ...originalServer }, setup),
  },
  'original-proxied': {
    title: 'the original’s way, behind nginx',
    share: 0.125,
    start: (setup) => startServers({ name: 'original-proxied', ...originalServer, proxied: true }, setup),
  },
  // The cost of Express alone: the same answers without any work.
  bare: {
    title: 'bare Express handler',
    share: 1,
    start: (setup) => startBare(setup, toServerPath('bare-server.js')),
  },
  // The cost of one statement behind HTTP, on Express and the pool of Footfall.
  'select-1': {
    title: 'SELECT 1 route, same pool',
    share: 1,
    start: (setup) => startServers({ name: 'select-1', ...select1Server }, setup),
  },
  // The same statement on the server of Footfall, which is faster: the lowest cost of a visit.
  'select-1-fast': {
    title: 'SELECT 1 route, Footfall’s server',
    share: 1,
    start: (setup) =>
      startServers(
        { name: 'select-1-fast', ...select1Server, settings: { BENCH_SERVER: 'footfall' } },
        setup,
      ),
  },
  // The limit of the database: one durable row at a time per connection, no HTTP, no totals.
  database: { title: 'the database’s own limit', share: 1, start: startInserts },
};

function toServerPath(file: string): string {
  return join(__dirname, '../servers', file);
}
