import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import type { Served } from '../contenders/contender';
import { createNetwork, loadImages, startContainer, type RunningContainer } from './engine';
import { proxyLimits, waitForAnswer } from './start-shipped';

// The path is relative to dist/bench/containers.
const profiles = join(__dirname, '../../../ansible/roles/settings/defaults/main.yml');

/** What runs in the box, and where. */
export interface BoxOptions {
  /** The core that all its containers share; undefined for any. */
  readonly core: number | undefined;
  /** A compiled server of the bench instead of the service. */
  readonly script: string | undefined;
}

/**
 * Starts nginx and two containers on a network of their own, where the name `web` leads to both, with the limits of
 * `footfall_profile: small`.
 */
export async function startBox(
  purpose: string,
  environment: Readonly<Record<string, string>>,
  { core, script }: BoxOptions,
): Promise<Served> {
  const limits = readLimits();
  const [{ app, nginx }, network] = [await loadImages(), await createNetwork(purpose)];
  const containers: RunningContainer[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(containers.map((container) => container.remove()));
    await network.remove();
  };
  // All contenders run at once, and the health checks of those that wait would use the same core.
  const limit = (memory: string): string[] => [
    '--no-healthcheck',
    ...['--memory', memory, '--memory-swap', memory],
    ...(core === undefined ? [] : ['--cpuset-cpus', String(core)]),
  ];
  const settings = { ...environment, WEB_MAX_MEMORY: limits.worker };
  const web = {
    network: network.name,
    options: ['--network-alias', 'web', ...limit(limits.web), ...(script === undefined ? [] : mount(script))],
    command: script === undefined ? [] : ['node', `dist/bench/servers/${basename(script)}`],
  };
  const proxySettings = { WEB_UPSTREAM: 'web:8000', ...proxyLimits };
  const proxy = { network: network.name, options: limit(limits.nginx) };
  try {
    for (const replica of ['web-1', 'web-2']) {
      const container = await startContainer(app, `${purpose}-${replica}`, settings, web);
      containers.push(container);
      await waitForAnswer(`http://${container.address}:8000/`);
    }
    const container = await startContainer(nginx, `${purpose}-nginx`, proxySettings, proxy);
    containers.push(container);
    const url = `http://${container.address}:8080`;
    await waitForAnswer(`${url}/`);
    return { url, containers: containers.map(({ pid }) => pid), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function readLimits() {
  type Limits = Readonly<Record<'web' | 'worker' | 'nginx', string>>;
  const defaults = parse(readFileSync(profiles, 'utf8')) as { footfall_profiles: { small: Limits } };
  return defaults.footfall_profiles.small;
}

/** The image has the modules of the service, but not the servers of the bench. */
function mount(script: string): string[] {
  return ['--volume', `${join(script, '..')}:/app/dist/bench/servers:ro`];
}
