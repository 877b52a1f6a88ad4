import { setTimeout as wait } from 'node:timers/promises';
import type { Served } from '../contenders/contender';
import { findFreePort, loadImages, readGateway, startContainer } from './engine';

const startTimeoutMs = 60_000;

/** Starts the service's image, which runs PM2, on the network of this machine, where its database is. */
export async function startServiceContainer(
  purpose: string,
  environment: Readonly<Record<string, string>>,
): Promise<Served> {
  const [{ app }, host] = [await loadImages(), await readGateway()];
  const port = String(await findFreePort());
  const settings = { ...environment, HOST: host, PORT: port, SHUTDOWN_DRAIN_MS: '0' };
  const container = await startContainer(app, purpose, settings, 'host');
  const served = { url: `http://${host}:${port}`, stop: () => container.remove() };
  return await waitUntilServing(served, '/-/health/ready');
}

/** Starts nginx in front of a server that listens on Docker's gateway, with limits that no load reaches. */
export async function startProxyContainer(purpose: string, { url, stop }: Served): Promise<Served> {
  const { nginx } = await loadImages();
  const limits = { VISIT_RATE: '100000r/s', VISIT_BURST: '100000' };
  const container = await startContainer(
    nginx,
    purpose,
    { WEB_UPSTREAM: new URL(url).host, ...limits },
    'bridge',
  );
  const served = {
    url: `http://${container.address}:8080`,
    async stop() {
      await container.remove();
      await stop();
    },
  };
  return await waitUntilServing(served, '/');
}

async function waitUntilServing(served: Served, path: string): Promise<Served> {
  const deadline = performance.now() + startTimeoutMs;
  for (;;) {
    const response = await fetch(`${served.url}${path}`).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.ok) return served;
    if (performance.now() > deadline) {
      await served.stop();
      throw new Error(`GET ${served.url}${path} was not answered within ${startTimeoutMs} ms`);
    }
    await wait(100);
  }
}
