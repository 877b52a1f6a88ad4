import { createRequire } from 'node:module';
import { loadSettings } from './config/load-settings';
import type { Settings } from './config/settings';
import { startAgent } from './instrumentation/start-agent';
import { onEndingSignal } from './lifecycle/on-ending-signal';
import type { RunningService, StartOptions } from './lifecycle/start-service';
import type { Logger } from './shared/logger';
import { OperatorError } from './shared/operator-error';

// The agent watches only modules that are loaded after it, so the service is loaded by this at run time.
const load = createRequire(__filename);

/** What `footfall serve` was told. */
export interface ServeOptions {
  /** Apply pending migrations before serving. */
  readonly migrate?: boolean;
}

/**
 * Runs the service until a signal ends the process.
 * @param environment of the process; New Relic's agent takes its configuration from it
 */
export async function serve(
  environment: Record<string, string | undefined>,
  options: ServeOptions = {},
): Promise<void> {
  try {
    const settings = loadSettings(environment);
    const agent = settings.newRelic && startAgent(settings.newRelic, environment);
    await run(settings, { ...options, agent });
  } catch (error) {
    process.stderr.write(`footfall: ${describe(error)}\n`);
    process.exit(1);
  }
}

async function run(settings: Settings, options: StartOptions): Promise<void> {
  const { createLogger } = load('./shared/logger') as typeof import('./shared/logger');
  const { startService } = load('./lifecycle/start-service') as typeof import('./lifecycle/start-service');
  const logger = createLogger({ level: settings.logLevel, pretty: process.stdout.isTTY });
  exitOnUncaught(logger);
  const starting = startService(settings, logger, options);
  stopOnSignals(starting, logger);
  const service = await starting;
  logger.info({ url: service.url, metrics_url: service.metricsUrl }, 'serving');
  if (settings.database.kind === 'embedded') printWelcome(service.url);
  // PM2 and other parents that asked for it learn that the service is ready, not only that it listens.
  if (process.send && (await service.ready())) process.send('ready');
}

// Node would print the error with everything a driver keeps in it, user names included.
function exitOnUncaught(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught exception');
    process.exit(1);
  });
}

// Ctrl-C arrives twice under npm: from the terminal, and from npm, which forwards its own signal.
const repeatWithinMs = 1000;

/** Stops the service once it has started. A second signal, a second or more later, ends the process at once. */
function stopOnSignals(starting: Promise<RunningService>, logger: Logger): void {
  let stoppingSince: number | undefined;
  const stop = async (reason: string, exitCode: number): Promise<void> => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince < repeatWithinMs) return;
      process.exit(1);
    }
    stoppingSince = performance.now();
    logger.info({ reason }, 'stopping');
    const { failed } = await (await starting).stop();
    logger.info({ failed }, 'stopped');
    process.exit(failed.length > 0 ? 1 : exitCode);
  };
  onEndingSignal((signal) => {
    // A failed start is reported by `serve`.
    stop(signal, 0).catch(() => undefined);
  });
  const stopOnLoss = (service: RunningService): void => {
    service.onDatabaseLost((reason) => {
      if (stoppingSince !== undefined) return;
      logger.fatal({ reason }, 'the embedded PostgreSQL ended');
      void stop('the embedded PostgreSQL ended', 1);
    });
  };
  starting.then(stopOnLoss, () => undefined);
}

function printWelcome(url: string): void {
  process.stdout.write(`
Footfall serves on ${url}

  curl ${url}/alice     records a visit of alice
  curl ${url}/          lists all visitors

`);
}

function describe(error: unknown): string {
  if (error instanceof OperatorError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
