import { join } from 'node:path';
import type { Settings } from '../config/settings';
import { createMigrator } from '../db/create-migrator';
import { createStatementRunner } from '../db/create-statement-runner';
import { createMetrics } from '../metrics/create-metrics';
import { createApp } from '../http/create-app';
import { createMessageTypes } from '../http/server/create-message-types';
import { createRefusalLog } from '../http/server/refuse-connections';
import { loadWebAssets } from '../http/pages/web-assets';
import type { Agent } from '../instrumentation/agent';
import { defineModels } from '../models';
import { pruneIdempotencyKeys } from '../services/commands/recording/record-visits-once';
import { createServices } from '../services/create-services';
import type { Logger } from '../shared/logger';
import { awaitSchema } from './await-schema';
import { createReadinessCheck } from './check-readiness';
import { createReadings } from './create-readings';
import { createWatcher } from './create-watcher';
import { listen } from '../http/server/listen';
import { openDatabase, type OpenDatabase } from './open-database';
import { prepareSchema } from './prepare-schema';
import { serveMetrics } from './serve-metrics';
import { startPruning } from './start-pruning';
import { createStop, type StopReport } from './shutdown';
import { waitUntilReady } from './wait-until-ready';

/** A service that listens. */
export interface RunningService {
  readonly url: string;
  /** Where the metrics are, when they have a port of their own. */
  readonly metricsUrl: string | undefined;
  /** Resolves with true once requests can be served, with false when the service stops before that. */
  ready(): Promise<boolean>;
  /** Ready turns 503, requests under way are answered, the pool closes, the embedded server stops last. */
  stop(): Promise<StopReport>;
  /** Told when the embedded database ended and cannot be started again: the service cannot go on. */
  onDatabaseLost(listener: (reason: string) => void): void;
}

/**
 * The composition root: database, models, services, app, listen. With the embedded database pending migrations are
 * applied; the schema of an operator's own database is the operator's, and the service waits for it, not ready.
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
  try {
    return await startOn(database, settings, logger, agent);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function startOn(
  database: OpenDatabase,
  settings: Settings,
  logger: Logger,
  agent: Agent | undefined,
): Promise<RunningService> {
  const sequelize = database.connect(settings.pool);
  const migrator = createMigrator({
    sequelize,
    report: (line) => {
      logger.info(line);
    },
  });
  await prepareSchema(database, migrator, logger);

  let stopping = false;
  const metrics = createMetrics();
  const runPrepared = awaitSchema(createStatementRunner(sequelize), migrator);
  const services = createServices({
    models: defineModels(sequelize),
    run: runPrepared,
    recording: settings.recording,
    answerWithinMs: settings.answerWithinMs,
    observeBatch: metrics.observeBatch,
  });
  const checkReadiness = createReadinessCheck({ sequelize, migrator, isStopping: () => stopping });
  metrics.watch(createReadings({ services, sequelize, migrator, checkReadiness }));
  const assets = loadWebAssets(join(__dirname, '..', '..'));
  const app = createApp({
    logger,
    watcher: agent && createWatcher(agent),
    services,
    checkReadiness,
    metrics,
    metricsApart: settings.metrics !== undefined,
    assets,
    limits: settings.http,
  });
  const server = await listen(app, settings.http, {
    messageTypes: createMessageTypes(app),
    limits: settings.http,
    observeRefusal: createRefusalLog(logger, metrics),
  });
  const metricsPort = await serveMetrics(metrics, settings.metrics, logger).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  const pruning = startPruning({
    prune: (most) => pruneIdempotencyKeys(runPrepared, most),
    everyMs: settings.recording.keyPruneIntervalMs,
    report: (error) => {
      logger.warn({ err: error }, 'old idempotency keys were not removed; the next round tries again');
    },
  });

  const stop = createStop(
    [
      { name: 'drain', run: () => server.drain(settings.shutdown.drainMs) },
      { name: 'answer requests under way', run: () => server.close() },
      {
        name: 'cut connections',
        run: () => {
          server.cut();
        },
      },
      { name: 'stop pruning keys', run: () => pruning.stop() },
      { name: 'close the port of the metrics', run: () => metricsPort.close() },
      { name: 'send what New Relic has not got yet', run: () => agent?.flush() },
      { name: 'close the pool', run: () => sequelize.close() },
      { name: 'stop the embedded database', run: () => database.close() },
    ],
    settings.shutdown.drainMs + settings.shutdown.timeoutMs,
    (step, error) => {
      logger.error({ step, err: error }, 'a step of the stop failed');
    },
  );
  return {
    url: server.url,
    metricsUrl: metricsPort.url,
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
