import { join } from 'node:path';
import type { Settings } from '../config/settings';
import { createApp, createMetricsApp, type Watcher } from '../http/create-app';
import { noRoute } from '../http/middleware/request-context';
import { loadWebAssets } from '../http/pages/web-assets';
import { isFailure } from '../http/problem';
import { createMessageTypes } from '../http/server/create-message-types';
import { listen, type HttpServer } from '../http/server/listen';
import { createRefusalLog } from '../http/server/refuse-connections';
import type { Agent } from '../instrumentation/agent';
import type { Metrics } from '../metrics/create-metrics';
import type { Services } from '../services/create-services';
import type { Logger } from '../shared/logger';
import type { CheckReadiness } from '../shared/readiness';

/** The listening servers. */
export interface Servers {
  readonly main: HttpServer;
  /** Undefined unless the settings name a port for the metrics. */
  readonly metrics: HttpServer | undefined;
}

/** What the servers need. */
export interface ServerDependencies {
  readonly settings: Pick<Settings, 'http' | 'metrics'>;
  readonly logger: Logger;
  readonly agent: Agent | undefined;
  readonly services: Services;
  readonly checkReadiness: CheckReadiness;
  readonly metrics: Metrics;
}

/**
 * Listens for requests and, if the settings name a port for them, for scrapes of the metrics.
 * @throws {ListenError} and then listens on neither port.
 */
export async function startServers({ settings, agent, ...parts }: ServerDependencies): Promise<Servers> {
  const { logger, metrics } = parts;
  const app = createApp({
    ...parts,
    watcher: agent && createWatcher(agent),
    metricsApart: settings.metrics !== undefined,
    assets: loadWebAssets(join(__dirname, '..', '..')),
    limits: settings.http,
    basePath: settings.http.basePath,
  });
  const main = await listen(app, settings.http, {
    messageTypes: createMessageTypes(app),
    limits: settings.http,
    observeRefusal: createRefusalLog(logger, metrics),
  });
  if (!settings.metrics) return { main, metrics: undefined };
  try {
    const address = { ...settings.metrics, settings: { host: 'METRICS_HOST', port: 'METRICS_PORT' } };
    return { main, metrics: await listen(createMetricsApp(metrics, logger), address) };
  } catch (error) {
    await main.close();
    throw error;
  }
}

/** Tells the agent about requests that it cannot name by itself, and about failures. */
function createWatcher(agent: Agent): Watcher {
  return {
    observeResponse: (_request, { context }) => {
      // The agent would name such a request `GET /`, the path of every router.
      if (context.route === noRoute) agent.nameRequest('unknown path');
    },
    observeProblem: ({ context }, problem, error) => {
      if (isFailure(problem, error)) agent.reportError(error, problem.code, context.id);
    },
  };
}
