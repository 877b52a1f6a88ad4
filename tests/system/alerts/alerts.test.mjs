/**
 * Loads docs/monitoring/alerts.yml into a real Prometheus, makes a service fail in the way of each alert, and waits
 * until a real Alertmanager has it: `npm run test:alerts`. Takes two to four minutes and needs Debian's packages
 * prometheus and prometheus-alertmanager. The rules are the shipped ones, but for shorter times in `for`.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { waitUntil } from '../../support/wait-until.cjs';
import { createEnvironment } from '../faults/support/create-environment.mjs';
import { startExternalServer } from '../faults/support/external-server.mjs';
import { askOrFail } from '../support/http-client.mjs';
import { createSharedResources } from '../support/shared-resources.mjs';
import { runProgram } from '../support/shell.mjs';
import { repository } from '../support/work-tree.mjs';
import { failures } from './failures.mjs';
import { startHostMetrics } from './support/start-host-metrics.mjs';
import { alertRules, startWatchers } from './support/start-watchers.mjs';

const found = await runProgram('sh', ['-c', 'command -v prometheus promtool prometheus-alertmanager'], {
  allowFailure: true,
});
const skip = found.code !== 0 && 'prometheus and prometheus-alertmanager are not installed';
const { share, removeAll } = createSharedResources();
after(removeAll);

const server = share('the PostgreSQL server', startExternalServer, ({ stop }) => stop());
const environment = share(
  'the service',
  async () => {
    const settings = { DB_POOL_SIZE: '2', RECORD_MAX_BATCH: '50' };
    return createEnvironment({ name: 'alerts', database: 'external', settings }, (await server()).server);
  },
  ({ remove }) => remove(),
);
const host = share('the metrics of a host', startHostMetrics, ({ stop }) => stop());
const load = share(
  'visits',
  async () => startLoad((await environment()).url),
  async (stop) => stop(),
);
const watchers = share(
  'Prometheus and Alertmanager',
  async () => startWatchers({ service: (await environment()).url, host: (await host()).url }),
  ({ stop }) => stop(),
);
/** Runs a command of the program on the database of the service. */
const runCommand = async (...words) => {
  const { database } = await environment();
  const env = { PATH: process.env.PATH, ...database.settings };
  const options = { env, cwd: repository, allowFailure: true };
  return runProgram('node', ['dist/src/cli/footfall.js', ...words], options);
};

describe('alerts', { skip }, () => {
  test('promtool accepts the rules', async (t) => {
    const rules = await runProgram('promtool', ['check', 'rules', alertRules]);
    t.diagnostic(rules.stdout.trim().split('\n').at(-1));
  });

  test('nothing is alerted while the service works', async () => {
    const { code, stderr } = await runCommand('totals', 'verify');
    assert.equal(code, 0, stderr);
    await load();
    const { listActive, listScraped } = await watchers();
    await waitUntil('both targets to be scraped', 20, async () => (await listScraped()).length === 2);
    await wait(8000);
    assert.deepEqual(await listActive(), []);
  });

  const tested = failures.flatMap(({ alerts }) => alerts);
  test('there is a failure for every rule', async () => {
    const { listRules } = await watchers();
    assert.deepEqual((await listRules()).sort(), [...tested].sort());
  });

  for (const { alerts, title, fail } of failures) {
    test(`${alerts.join(' and ')}: ${title}`, async (t) => {
      const { listActive, listReceived } = await watchers();
      const isQuiet = async () => !(await listActive()).some((name) => alerts.includes(name));
      await waitUntil('the alert to be quiet', 30, isQuiet);
      const start = performance.now();
      const heal = await fail({ environment: await environment(), host: await host(), runCommand });
      try {
        await waitUntil(`Alertmanager to receive ${alerts.join(' and ')}`, 60, async () => {
          const received = await listReceived();
          return alerts.every((name) => received.some(({ labels }) => labels.alertname === name));
        });
        t.diagnostic(`received after ${((performance.now() - start) / 1000).toFixed(1)} s`);
        for (const alert of await listReceived()) checkAlert(alert);
      } finally {
        await heal();
      }
    });
  }

  test('every panel of the dashboard draws something', async () => {
    const { query } = await watchers();
    const { panels } = JSON.parse(await readFile(join(repository, 'docs/monitoring/dashboard.json'), 'utf8'));
    const variables = { job: 'footfall', instance: '.*', __rate_interval: '5m', __range: '1h' };
    const empty = [];
    for (const { title, targets } of panels) {
      for (const { expr } of targets) {
        const series = await query(expr.replace(/\$(\w+)/g, (_, name) => variables[name]));
        if (series.length === 0) empty.push(`${title}: ${expr}`);
      }
    }
    assert.deepEqual(empty, []);
  });
});

/** Sends some visits and reads per second. */
function startLoad(url) {
  const timer = setInterval(() => {
    for (const path of ['/alice', '/bob', '/']) void askOrFail(url, path, { timeoutMs: 8000 });
  }, 100);
  return () => clearInterval(timer);
}

function checkAlert({ labels, annotations }) {
  assert.match(labels.severity, /^(critical|warning)$/);
  assert.doesNotMatch(annotations.summary, /<no value>|<error|\{\{/, labels.alertname);
  assert.ok(annotations.action);
}
