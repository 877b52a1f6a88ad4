import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { startTestService, type TestService } from '../support/test-service';
import { readExpression } from './support/read-expression';

const folder = join(__dirname, '../../docs/monitoring');
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
}

/** Metrics and labels of Prometheus itself, and of node_exporter and blackbox_exporter. */
const foreignMetrics = [
  'up',
  'node_filesystem_avail_bytes',
  'node_filesystem_size_bytes',
  'probe_ssl_earliest_cert_expiry',
];
const foreignLabels = ['job', 'instance', 'fstype', 'mountpoint'];

const rules = (parse(read('alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);
const dashboard = JSON.parse(read('dashboard.json')) as {
  panels: Panel[];
  templating: { list: { query: string }[] };
};
const { panels } = dashboard;

let service: TestService;
let metrics: Set<string>;
let labels: Set<string>;
beforeAll(async () => {
  service = await startTestService();
  // One request of each kind, so that every label occurs.
  await service.http.get('/alice').expect(200);
  await service.http.get('/no/such/path').expect(404);
  const { text } = await service.http.get('/-/metrics').expect(200);
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  metrics = new Set(samples.map((line) => /^[a-z_][a-z0-9_]*/i.exec(line)?.[0] ?? ''));
  labels = new Set([...text.matchAll(/[{,](\w+)="/g)].map(([, label = '']) => label));
});
afterAll(() => service.stop());

function expectToExist(expression: string): void {
  const { metrics: named, labels: matched } = readExpression(expression);
  expect(named).not.toHaveLength(0);
  expect(named.filter((name) => !metrics.has(name) && !foreignMetrics.includes(name))).toEqual([]);
  expect(matched.filter((name) => !labels.has(name) && !foreignLabels.includes(name))).toEqual([]);
}

it.each(rules)(
  'alerts with $alert on metrics of a running service, with summary and action',
  ({ expr, annotations }) => {
    expectToExist(expr);
    expect(Object.keys(annotations).sort()).toEqual(['action', 'summary']);
  },
);

it.each(panels)('draws "$title" from metrics of a running service', ({ targets }) => {
  // Grafana replaces these variables by a range.
  for (const { expr } of targets) expectToExist(expr.replace(/\$__(rate_interval|range)\b/g, '5m'));
});

it('selects jobs and instances by a metric of a running service', () => {
  const named = dashboard.templating.list.flatMap(({ query }) =>
    [...query.matchAll(/label_values\((\w+)/g)].map(([, name = '']) => name),
  );
  expect(named).toHaveLength(2);
  expect(named.filter((name) => !metrics.has(name))).toEqual([]);
});

it('alerts on readiness, errors, latency, queue, drift, roll-up, migrations and disk', () => {
  const watched = rules.flatMap(({ expr }) => readExpression(expr).metrics);
  expect(watched).toEqual(
    expect.arrayContaining([
      'footfall_ready',
      'footfall_http_problems_total',
      'footfall_http_request_duration_seconds_bucket',
      'footfall_record_queue_depth',
      'footfall_totals_drift',
      'footfall_migrations_pending',
      'footfall_roll_up_lag_visits',
      'node_filesystem_avail_bytes',
    ]),
  );
});

it('explains every metric of the service', () => {
  const explained = read('README.md');
  const ours = [...metrics].filter((name) => name.startsWith('footfall_'));
  const missing = ours.filter(
    (name) => !explained.includes(`\`${name.replace(/_(bucket|sum|count)$/, '')}\``),
  );
  expect(missing).toEqual([]);
});

it('rejects expressions that are not PromQL', () => {
  expect(() => readExpression('sum by (job) (rate(footfall_ready[5m])')).toThrow(/not PromQL/);
  expect(readExpression('sum by (job) (footfall_ready{instance="a"})')).toEqual({
    metrics: ['footfall_ready'],
    labels: ['job', 'instance'],
  });
});
