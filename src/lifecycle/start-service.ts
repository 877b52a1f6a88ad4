import { join } from 'node:path';
import type { Settings } from '../config/settings';
import { createMigrator } from '../db/create-migrator';
import { createStatementRunner } from '../db/create-statement-runner';
import { withAdvisoryLock } from '../db/advisory-lock';
import { createMetrics } from '../metrics/create-metrics';
import { createApp } from '../http/create-app';
import { createMessageTypes } from '../http/create-message-types';
import { createRefusalLog } from '../http/observe-response';
import { loadWebAssets } from '../http/pages/web-assets';
import { defineModels } from '../models';
import { pruneIdempotencyKeys } from '../services/commands/prune-idempotency-keys';
import { createServices } from '../services/create-services';
import type { Logger } from '../shared/logger';
import { createReadinessCheck, explainPending } from './check-readiness';
import { listen } from './http-server';
import { openDatabase, type OpenDatabase } from './open-database';
import { startPruning } from './start-pruning';
import { createStop, type StopReport } from './shutdown';
import { waitUntilReady } from './wait-until-ready';

/** A service that listens. */
export interface RunningService {
  readonly url: string;
  /** Resolves with true once requests can be served, with false when the service stops before that. */
  ready(): Promise<boolean>;
  /** Ready turns 503, requests under way are answered, the pool closes, the embedded server stops last. */
  stop(): Promise<StopReport>;
  /** Told when the embedded database ended by itself: the service cannot go on. */
  onDatabaseLost(listener: (reason: string) => void): void;
}

/**
 * The composition root: database, models, services, app, listen. With the embedded database pending migrations are
 * applied; the schema of an operator's own database is the operator's, and the service waits for it, not ready.
 */
export async function startService(settings: Settings, logger: Logger): Promise<RunningService> {
  const database = await openDatabase(settings, 'exclusive', 'footfall');
  try {
    return await startOn(database, settings, logger);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function startOn(database: OpenDatabase, settings: Settings, logger: Logger): Promise<RunningService> {
  const sequelize = database.connect(settings.pool);
  const migrator = createMigrator({
    sequelize,
    report: (line) => {
      logger.info(line);
    },
  });
  if (database.kind === 'embedded') {
    await withAdvisoryLock(
      database.clientConfig,
      'migrate',
      () => undefined,
      () => migrator.up(),
    );
  } else {
    await warnOfPending(migrator, logger);
  }

  let stopping = false;
  const metrics = createMetrics();
  const runPrepared = createStatementRunner(sequelize);
  const services = createServices({
    models: defineModels(sequelize),
    runPrepared,
    recording: settings.recording,
    observeBatch: metrics.observeBatch,
  });
  metrics.watch({
    queueDepth: () => services.recorder.waiting,
    inFlight: () => services.recorder.inFlight,
    // A scrape must not fail with the database: then this one value is missing.
    drift: () => services.readDrift().catch(() => undefined),
  });
  const checkReadiness = createReadinessCheck({ sequelize, migrator, isStopping: () => stopping });
  const assets = loadWebAssets(join(__dirname, '..', '..'));
  const app = createApp({ logger, services, checkReadiness, metrics, assets, limits: settings.http });
  const server = await listen(app, settings.http, {
    messageTypes: createMessageTypes(app),
    limits: settings.http,
    observeRefusal: createRefusalLog(logger, metrics),
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

async function warnOfPending(migrator: ReturnType<typeof createMigrator>, logger: Logger): Promise<void> {
  try {
    const pending = (await migrator.pending()).map(({ name }) => name);
    if (pending.length > 0) logger.warn({ pending }, explainPending(pending));
  } catch (error) {
    // A database that is down at the start is no reason to give up: readiness says 503 until it answers.
    logger.warn({ err: error }, 'the database does not answer yet');
  }
}
