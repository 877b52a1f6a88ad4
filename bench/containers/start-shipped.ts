import { setTimeout as wait } from 'node:timers/promises';
import type { Served } from '../contenders/contender';
import { findFreePort, loadImages, readGateway, startContainer } from './engine';

const startTimeoutMs = 60_000;
/** Limits of nginx that no load reaches. */
export const proxyLimits = { VISIT_RATE: '100000r/s', VISIT_BURST: '100000' } as const;

/** Starts the service's image, which runs PM2, on the network of this machine, where its database is. */
export async function startServiceContainer(
  purpose: string,
  environment: Readonly<Record<string, string>>,
): Promise<Served> {
  const [{ app }, host] = [await loadImages(), await readGateway()];
  const port = String(await findFreePort());
  const settings = { ...environment, HOST: host, PORT: port, SHUTDOWN_DRAIN_MS: '0' };
  const container = await startContainer(app, purpose, settings, { network: 'host' });
  const served = { url: `http://${host}:${port}`, stop: () => container.remove() };
  return await waitUntilServing(served, '/-/health/ready');
}

/** Starts nginx in front of a server that listens on Docker's gateway, with limits that no load reaches. */
export async function startProxyContainer(purpose: string, { url, stop }: Served): Promise<Served> {
  const { nginx } = await loadImages();
  const container = await startContainer(
    nginx,
    purpose,
    { WEB_UPSTREAM: new URL(url).host, ...proxyLimits },
    { network: 'bridge' },
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
  try {
    await waitForAnswer(`${served.url}${path}`);
    return served;
  } catch (error) {
    await served.stop();
    throw error;
  }
}

/**
 * Waits until an address answers with 2xx.
 * @throws {Error} if it does not within a minute
 */
export async function waitForAnswer(url: string): Promise<void> {
  const deadline = performance.now() + startTimeoutMs;
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.ok) return;
    if (performance.now() > deadline) {
      throw new Error(`GET ${url} was not answered within ${startTimeoutMs} ms`);
    }
    await wait(100);
  }
}
