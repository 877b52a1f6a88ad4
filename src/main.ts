import { createRequire } from 'node:module';
import { loadSettings } from './config/load-settings';
import { startAgent } from './instrumentation/start-agent';
import type { RunningService } from './lifecycle/start-service';
import type { Logger } from './shared/logger';

// The agent can only watch what is loaded after it, so nothing else is imported before the settings are known.
const load = createRequire(__filename);

async function main(): Promise<void> {
  const settings = loadSettings(process.env);
  const agent = settings.newRelic && startAgent(settings.newRelic, process.env);
  const { createLogger } = load('./shared/logger') as typeof import('./shared/logger');
  const { startService } = load('./lifecycle/start-service') as typeof import('./lifecycle/start-service');
  const logger = createLogger({ level: settings.logLevel, pretty: process.stdout.isTTY });
  endOnUncaught(logger);
  const service = await startService(settings, logger, agent);
  stopOnSignals(service, logger);
  logger.info({ url: service.url, metrics_url: service.metricsUrl }, 'serving');
  if (settings.database.kind === 'embedded') printWelcome(service.url);
  // PM2 and other parents that asked for it are told once migrations and database were seen, not when listening began.
  if (process.send && (await service.ready())) process.send('ready');
}

// Node would print the error with all that a driver keeps in it, and so with user names.
function endOnUncaught(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'a fault that nobody caught');
    process.exit(1);
  });
}

function stopOnSignals(service: RunningService, logger: Logger): void {
  let stopping = false;
  let startedAt = 0;
  const stop = async (reason: string, exitCode: number): Promise<void> => {
    if (stopping) {
      // Ctrl-C arrives twice under npm: the terminal signals everybody, and npm passes its signal on.
      if (performance.now() - startedAt < 1000) return;
      process.exit(1);
    }
    stopping = true;
    startedAt = performance.now();
    logger.info({ reason }, 'stopping');
    const { failed } = await service.stop();
    logger.info({ failed }, 'stopped');
    process.exit(failed.length > 0 ? 1 : exitCode);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal, 0));
  service.onDatabaseLost((reason) => {
    if (stopping) return;
    logger.fatal({ reason }, 'the embedded PostgreSQL ended');
    void stop('the embedded PostgreSQL ended', 1);
  });
}

function printWelcome(url: string): void {
  process.stdout.write(`
Footfall serves on ${url}

  curl ${url}/alice     records a visit of alice
  curl ${url}/          lists everybody

`);
}

main().catch((error: unknown) => {
  // What a person can mend is one line that says how; anything else keeps its stack.
  const expected =
    error instanceof Error && /^(SettingsError|PortTakenError|DataInUseError)$/.test(error.name);
  process.stderr.write(`footfall: ${expected ? error.message : String((error as Error).stack ?? error)}\n`);
  process.exit(1);
});
