import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { createGauges } from './create-gauges';
import type { Readings } from './readings';

/** The metrics of the service. No label contains a user name. */
export interface Metrics {
  /** @param route the pattern, such as `/:username` */
  observeResponse(method: string, route: string, status: number, seconds: number): void;
  /** @param code the stable code in the answer */
  observeProblem(route: string, status: number, code: string): void;
  /** @param reason a word of a fixed list */
  observeIgnored(reason: string): void;
  /**
   * @param visits in a recording statement
   * @param recorded those of them whose commit was seen
   */
  observeBatch(visits: number, recorded: number): void;
  /** Sets the function that reads the values of the gauges. Call it once; the function must not reject. */
  watch(read: () => Promise<Readings>): void;
  /** All metrics in Prometheus' text format, and its content type. */
  render(): Promise<{ type: string; text: string }>;
}

/**
 * Creates the metrics of one process in their own registry.
 * @param version of this release
 */
export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'footfall_build_info',
    help: 'Always 1; the label is the version of this release.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1);
  const { duration, problems, batched, recorded, ignored, batch } = createInstruments(registers);
  let refresh = (): Promise<void> => Promise.resolve();
  return {
    observeResponse: (method, route, status, seconds) => {
      duration.observe({ method, route, status }, seconds);
    },
    observeProblem: (route, status, code) => {
      problems.inc({ route, status, code });
    },
    observeIgnored: (reason) => {
      ignored.inc({ reason });
    },
    observeBatch: (visits, committed) => {
      batched.inc(visits);
      recorded.inc(committed);
      batch.observe(visits);
    },
    watch: (read) => {
      const setGauges = createGauges(registers);
      refresh = async () => setGauges(await read());
    },
    async render() {
      await refresh();
      return { type: registry.contentType, text: await registry.metrics() };
    },
  };
}

function createInstruments(registers: Registry[]) {
  const duration = new Histogram({
    name: 'footfall_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the head of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  const problems = new Counter({
    name: 'footfall_http_problems_total',
    help: 'Requests that were refused or failed, by the code in the answer.',
    labelNames: ['route', 'status', 'code'],
    registers,
  });
  const batched = new Counter({
    name: 'footfall_visits_batched_total',
    help: 'Visits that were sent in a recording statement, whatever its outcome.',
    registers,
  });
  const recorded = new Counter({
    name: 'footfall_visits_recorded_total',
    help: 'Visits whose commit was seen.',
    registers,
  });
  const ignored = new Counter({
    name: 'footfall_visits_ignored_total',
    help: 'Visits that were shown the number and not counted, by the reason in the answer.',
    labelNames: ['reason'],
    registers,
  });
  const batch = new Histogram({
    name: 'footfall_record_batch_visits',
    help: 'Visits in one recording statement.',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
    registers,
  });
  return { duration, problems, batched, recorded, ignored, batch };
}
