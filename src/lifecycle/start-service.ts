import type { Settings } from '../config/settings';
import { createMigrator } from '../db/create-migrator';
import { createStatementRunner } from '../db/create-statement-runner';
import { listenForNotices } from '../db/listen-for-notices';
import type { Agent } from '../instrumentation/agent';
import { createMetrics } from '../metrics/create-metrics';
import { createServices } from '../services/create-services';
import type { Logger } from '../shared/logger';
import { describeProduct } from '../shared/product';
import { waitUntilReady } from './check-readiness';
import { createPoolerCheck } from './create-pooler-check';
import { createReadiness } from './create-readiness';
import { createReadings } from './create-readings';
import { listStopSteps } from './list-stop-steps';
import { migrateFirst } from './migrate-first';
import { openDatabase, type OpenDatabase } from './open-database';
import { createSchemaGate, prepareSchema } from './schema-gate';
import { createStop, type StopReport } from './shutdown';
import { startJobs } from './start-jobs';
import { startServers } from './start-servers';

/** A service that listens. */
export interface RunningService {
  /** With `BASE_PATH`, without a slash at the end. */
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

/** How the service starts. */
export interface StartOptions {
  readonly agent?: Agent | undefined;
  /** Apply pending migrations to an external database first, as the owner of its tables. */
  readonly migrate?: boolean | undefined;
}

/**
 * Opens the database that the settings name and serves on it. Pending migrations are applied to the embedded
 * database; with an external one, unless `migrate` is set, the service starts and is not ready until its operator has
 * applied them.
 * @throws {OperatorError} if a migration failed.
 */
export async function startService(
  settings: Settings,
  logger: Logger,
  { agent, migrate = false }: StartOptions = {},
): Promise<RunningService> {
  if (migrate) await migrateFirst(settings, logger);
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
  const sequelize = database.connect(settings.pool, { readsByIndex: true });
  const report = (line: string): void => {
    logger.info(line);
  };
  const migrator = createMigrator({ sequelize, report });
  const gate = createSchemaGate(migrator);
  await prepareSchema(database, migrator);

  let stopping = false;
  const metrics = createMetrics(describeProduct().version);
  const run = createStatementRunner(sequelize, settings.pool.preparesStatements);
  const isStopping = (): boolean => stopping;
  const { isEnded } = database;
  const findPoolerFault = createPoolerCheck(database, settings.pool);
  const sources = { run, sequelize, gate, findPoolerFault };
  const { checkReadiness, observe } = createReadiness({ ...sources, isStopping, isEnded, logger });
  // An external database need not be there yet. The log says what is missing; the service starts all the same.
  await checkReadiness();
  const services = createServices({
    run,
    guard: (work) => observe(() => gate.guard(work)),
    recording: settings.recording,
    answerWithinMs: settings.answerWithinMs,
    observeBatch: metrics.observeBatch,
    listen: (channel, handlers) => listenForNotices(() => database.clientConfig, channel, handlers),
  });
  metrics.watch(createReadings({ services, sequelize, gate, checkReadiness }));
  const servers = await startServers({ settings, logger, agent, services, checkReadiness, metrics });
  const jobs = startJobs(run, gate, settings.recording, logger);

  const { drainMs, timeoutMs } = settings.shutdown;
  const steps = listStopSteps({ servers, drainMs, live: services.live, jobs, agent, sequelize, database });
  const stop = createStop(steps, drainMs + timeoutMs, (step, error) => {
    logger.error({ step, err: error }, 'a step of the stop failed');
  });
  return {
    url: servers.main.url + settings.http.basePath,
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
