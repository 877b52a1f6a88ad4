import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Values that are read when somebody asks for the metrics, not when they change. */
export interface Readings {
  /** Visits that wait for a statement. */
  queueDepth(): number;
  /** Recording statements under way. */
  inFlight(): number;
  /** Visitors whose total differed from the log at the last verification; undefined before the first. */
  drift(): Promise<number | undefined>;
}

/** What the service is watched by. User names stand in no label. */
export interface Metrics {
  /** @param route the pattern, such as `/:username` */
  observeResponse(method: string, route: string, status: number, seconds: number): void;
  observeBatch(visits: number): void;
  /** Names the sources of the values that are read on demand; called once. */
  watch(readings: Readings): void;
  /** All metrics in Prometheus' text format, and its content type. */
  render(): Promise<{ type: string; text: string }>;
}

/** Creates the metrics of one process in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'footfall_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the head of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  const recorded = new Counter({
    name: 'footfall_visits_batched_total',
    help: 'Visits that were handed to a recording statement, whatever became of it.',
    registers,
  });
  const batch = new Histogram({
    name: 'footfall_record_batch_visits',
    help: 'Visits in one recording statement.',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
    registers,
  });
  return {
    observeResponse: (method, route, status, seconds) => {
      duration.observe({ method, route, status }, seconds);
    },
    observeBatch: (visits) => {
      recorded.inc(visits);
      batch.observe(visits);
    },
    watch: (readings) => {
      watchReadings(readings, registers);
    },
    render: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
}

function watchReadings({ queueDepth, inFlight, drift }: Readings, registers: Registry[]): void {
  const gauge = (name: string, help: string, read: () => number | undefined | Promise<number | undefined>) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set((await read()) ?? NaN);
      },
    });
  gauge('footfall_record_queue_depth', 'Visits that wait for a recording statement.', queueDepth);
  gauge('footfall_record_statements_in_flight', 'Recording statements under way.', inFlight);
  gauge('footfall_totals_drift', 'Visitors whose total differed from the log when last verified.', drift);
}
