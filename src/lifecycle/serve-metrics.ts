import type { Settings } from '../config/settings';
import { createMetricsApp } from '../http/create-app';
import type { Metrics } from '../metrics/create-metrics';
import type { Logger } from '../shared/logger';
import { listen } from '../http/server/listen';

/** The metrics' own port. */
export interface MetricsPort {
  /** Undefined when they have none. */
  readonly url: string | undefined;
  /** Takes no more connections and cuts those that there are: nobody waits for a scrape. */
  close(): Promise<void>;
}

/**
 * Serves the metrics on a port of their own, when the settings name one.
 * @throws {PortTakenError}
 */
export async function serveMetrics(
  metrics: Metrics,
  address: Settings['metrics'],
  logger: Logger,
): Promise<MetricsPort> {
  if (!address) return { url: undefined, close: () => Promise.resolve() };
  const server = await listen(createMetricsApp(metrics, logger), { ...address, setting: 'METRICS_PORT' });
  return {
    url: server.url,
    close() {
      const closed = server.close();
      server.cut();
      return closed;
    },
  };
}
