import type { Sequelize } from 'sequelize';
import type { Settings } from '../config/settings';
import { createMigrator } from '../db/create-migrator';
import { createStatementRunner } from '../db/create-statement-runner';
import type { Agent } from '../instrumentation/agent';
import { createMetrics } from '../metrics/create-metrics';
import { defineModels } from '../models';
import { createServices } from '../services/create-services';
import type { Logger } from '../shared/logger';
import { waitUntilReady } from './check-readiness';
import { createReadiness } from './create-readiness';
import { createReadings } from './create-readings';
import { openDatabase, type OpenDatabase } from './open-database';
import { createSchemaGate, prepareSchema } from './schema-gate';
import { createStop, type StopReport, type StopStep } from './shutdown';
import type { Job } from './start-job';
import { startJobs } from './start-jobs';
import { startServers, type Servers } from './start-servers';

/** A service that listens. */
export interface RunningService {
  readonly url: string;
  /** Undefined unless the metrics have their own port. */
  readonly metricsUrl: string | undefined;
  /** Resolves with true once the service is ready, with false if it stops before that. */
  ready(): Promise<boolean>;
  /** Readiness turns 503, requests under way are answered, the pool closes, the embedded server stops last. */
  stop(): Promise<StopReport>;
  /** Calls the listener when the embedded database ended for good, so that the service must end too. */
  onDatabaseLost(listener: (reason: string) => void): void;
}

/**
 * Opens the database that the settings name and serves on it. Pending migrations are applied to the embedded
 * database only; with an external one the service starts and is not ready until its operator has applied them.
 */
export async function startService(
  settings: Settings,
  logger: Logger,
  agent?: Agent,
): Promise<RunningService> {
  const database = await openDatabase(settings, 'exclusive', 'footfall');
  database.onRestart((reason) => {
    logger.warn({ reason }, 'the embedded PostgreSQL was started again');
  });
  database.onRestartFailed((reason, retryMs) => {
    logger.error({ reason, retry_ms: retryMs }, 'the embedded PostgreSQL does not start; trying again');
  });
  try {
    return await serveOn(database, settings, logger, agent);
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The composition root: connects the parts of the service. */
async function serveOn(
  database: OpenDatabase,
  settings: Settings,
  logger: Logger,
  agent: Agent | undefined,
): Promise<RunningService> {
  const sequelize = database.connect(settings.pool);
  const report = (line: string): void => {
    logger.info(line);
  };
  const migrator = createMigrator({ sequelize, report });
  const gate = createSchemaGate(migrator);
  await prepareSchema(database, migrator);

  let stopping = false;
  const metrics = createMetrics();
  const run = createStatementRunner(sequelize);
  const isStopping = (): boolean => stopping;
  const { isEnded } = database;
  const { checkReadiness, observe } = createReadiness({ run, sequelize, gate, isStopping, isEnded, logger });
  // An external database need not be there yet. The log says what is missing; the service starts all the same.
  await checkReadiness();
  const services = createServices({
    models: defineModels(sequelize),
    run,
    guard: (work) => observe(() => gate.guard(work)),
    recording: settings.recording,
    answerWithinMs: settings.answerWithinMs,
    observeBatch: metrics.observeBatch,
  });
  metrics.watch(createReadings({ services, sequelize, gate, checkReadiness }));
  const servers = await startServers({ settings, logger, agent, services, checkReadiness, metrics });
  const jobs = startJobs(run, gate, settings.recording, logger);

  const { drainMs, timeoutMs } = settings.shutdown;
  const steps = listStopSteps({ servers, drainMs, jobs, agent, sequelize, database });
  const stop = createStop(steps, drainMs + timeoutMs, (step, error) => {
    logger.error({ step, err: error }, 'a step of the stop failed');
  });
  return {
    url: servers.main.url,
    metricsUrl: servers.metrics?.url,
    ready: () => waitUntilReady(checkReadiness),
    stop: () => {
      stopping = true;
      return stop();
    },
    onDatabaseLost: (listener) => {
      database.onLost(listener);
    },
  };
}

interface StoppableParts {
  readonly servers: Servers;
  readonly drainMs: number;
  readonly jobs: Job;
  readonly agent: Agent | undefined;
  readonly sequelize: Sequelize;
  readonly database: OpenDatabase;
}

function listStopSteps(parts: StoppableParts): StopStep[] {
  const { servers, drainMs, jobs, agent, sequelize, database } = parts;
  const { main, metrics } = servers;
  return [
    { name: 'drain', run: () => main.drain(drainMs) },
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
