import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '../../../support/wait-until.cjs';
import { findFreePort } from '../../support/engine.mjs';
import { repository } from '../../support/work-tree.mjs';

/** The shipped rules. */
export const alertRules = join(repository, 'docs/monitoring/alerts.yml');

// A scrape takes up to two seconds without the database.
const scrapeInterval = '2500ms';

/**
 * Starts Prometheus and Alertmanager in a temporary folder, on free ports of this machine.
 * @param {{service: string, host: string}} targets addresses to scrape
 */
export async function startWatchers(targets) {
  const folder = await mkdtemp(join(tmpdir(), 'footfall-alerts-'));
  const alertmanager = `127.0.0.1:${await findFreePort()}`;
  const prometheus = `127.0.0.1:${await findFreePort()}`;
  const rules = await readFile(alertRules, 'utf8');
  const write = (name, text) => writeFile(join(folder, name), text);
  await write('alerts.yml', rules.replace(/^( +for:) .*$/gm, '$1 500ms'));
  await write('prometheus.yml', renderPrometheus(targets, alertmanager));
  await write('alertmanager.yml', 'route: { receiver: none }\nreceivers: [{ name: none }]\n');
  const processes = [
    start('prometheus-alertmanager', folder, [
      ...['--config.file=alertmanager.yml', '--storage.path=alertmanager', '--cluster.listen-address='],
      `--web.listen-address=${alertmanager}`,
    ]),
    start('prometheus', folder, [
      ...['--config.file=prometheus.yml', '--storage.tsdb.path=prometheus'],
      `--web.listen-address=${prometheus}`,
    ]),
  ];
  const stop = async () => {
    await Promise.all(processes.map((process) => process.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  const get = async (address, path) => {
    const response = await fetch(`http://${address}${path}`);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  const api = async (path) => (await (await get(prometheus, `/api/v1/${path}`)).json()).data;
  try {
    await waitUntil('Prometheus and Alertmanager', 30, async () => {
      for (const process of processes) process.check();
      await get(alertmanager, '/-/ready');
      return (await get(prometheus, '/-/ready')).ok;
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    /** Lists the names of the rules that Prometheus has loaded. */
    listRules: async () => (await api('rules')).groups.flatMap(({ rules }) => rules.map(({ name }) => name)),
    /** Lists the targets that were scraped. */
    listScraped: async () => (await api('targets')).activeTargets.filter(({ health }) => health === 'up'),
    /** Lists the names of the alerts that Prometheus sees, pending or firing. */
    listActive: async () => (await api('alerts')).alerts.map(({ labels }) => labels.alertname),
    /** Lists the alerts that Alertmanager has received and that have not been resolved. */
    listReceived: async () => (await get(alertmanager, '/api/v2/alerts')).json(),
    /** Evaluates an expression now. */
    query: async (expression) => (await api(`query?query=${encodeURIComponent(expression)}`)).result,
    stop,
  };
}

function renderPrometheus({ service, host }, alertmanager) {
  const target = (url) => `static_configs: [{ targets: ['${new URL(url).host}'] }]`;
  return `global: { scrape_interval: ${scrapeInterval}, scrape_timeout: ${scrapeInterval}, evaluation_interval: 500ms }
rule_files: [alerts.yml]
alerting: { alertmanagers: [{ static_configs: [{ targets: ['${alertmanager}'] }] }] }
scrape_configs:
  - { job_name: footfall, metrics_path: /-/metrics, ${target(service)} }
  - { job_name: node, ${target(host)} }
`;
}

function start(program, cwd, words) {
  const child = spawn(program, words, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (log = (log + text).slice(-4000)));
  }
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return {
    check() {
      if (hasEnded()) throw new Error(`${program} ended:\n${log}`);
    },
    async stop() {
      if (hasEnded()) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
