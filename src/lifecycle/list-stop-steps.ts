import type { Sequelize } from 'sequelize';
import type { Agent } from '../instrumentation/agent';
import type { Services } from '../services/create-services';
import type { OpenDatabase } from './open-database';
import type { StopStep } from './shutdown';
import type { Job } from './start-job';
import type { Servers } from './start-servers';

/** What a stop closes. */
export interface StoppableParts {
  readonly servers: Servers;
  readonly drainMs: number;
  readonly live: Pick<Services['live'], 'stop'>;
  readonly jobs: Job;
  readonly agent: Agent | undefined;
  readonly sequelize: Sequelize;
  readonly database: OpenDatabase;
}

/** Lists the steps of a stop in their order. */
export function listStopSteps(parts: StoppableParts): StopStep[] {
  const { servers, drainMs, live, jobs, agent, sequelize, database } = parts;
  const { main, metrics } = servers;
  return [
    { name: 'drain', run: () => main.drain(drainMs) },
    // After the drain, so that their clients connect to another process.
    { name: 'end the event streams', run: () => live.stop() },
    { name: 'answer requests under way', run: () => main.close() },
    {
      name: 'cut connections',
      run: () => {
        main.cut();
      },
    },
    { name: 'stop the jobs', run: () => jobs.stop() },
    {
      name: 'close the metrics port',
      // A scrape under way is cut: nothing is lost with it.
      run: () => {
        const closed = metrics?.close();
        metrics?.cut();
        return closed;
      },
    },
    { name: 'send the remaining data to New Relic', run: () => agent?.flush() },
    { name: 'close the pool', run: () => sequelize.close() },
    { name: 'stop the embedded database', run: () => database.close() },
  ];
}
