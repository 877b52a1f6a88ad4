import { loadSettings } from '../../src/config/load-settings';
import type { Contender } from './contender';
import { shippedService } from './shipped-service';
import { startServers } from './start-servers';

// With the settings it has when nobody sets any.
const program = { ...shippedService, schema: 'current' } as const;

/** The service as it is. */
export const footfall: Contender = {
  name: 'footfall',
  title: 'Footfall',
  share: 1,
  start: (setup) => startServers({ name: 'footfall', ...program }, setup),
};

/** Two services on one database; each gets half of the connections. */
export const twoProcesses: Contender = {
  name: 'two-processes',
  title: 'Footfall, two processes',
  share: 1,
  start: (setup) => startServers({ name: 'two-processes', ...program, processes: 2 }, setup),
};

/** What batching brings: every visit a statement of its own, as many at once as the pool has connections. */
export const unbatched: Contender = {
  name: 'unbatched',
  title: 'Footfall, batching off',
  share: 0.25,
  start: (setup) =>
    startServers(
      {
        name: 'unbatched',
        ...program,
        settings: {
          ...program.settings,
          RECORD_MAX_BATCH: '1',
          RECORD_MAX_IN_FLIGHT: String(loadSettings({}).pool.size),
        },
      },
      setup,
    ),
};
