import { docker } from '../../support/shell.mjs';
import { waitUntil } from '../../../support/wait-until.cjs';
import { findFreePort, host, runId } from '../../support/engine.mjs';
import { ask } from '../../support/http-client.mjs';

const network = `footfall-test-proxy-${runId}`;
const upstream = `footfall-test-upstream-${runId}`;

// Echoes the request. `/break…` is counted and its connection reset; `/hits` returns that count.
const echo = `
  let hits = 0;
  require('node:http').createServer((request, response) => {
    if (request.url.startsWith('/break')) { hits += 1; request.socket.resetAndDestroy(); return; }
    if (request.url === '/slow') return;
    const body = request.url === '/hits' ? { hits } : request.url === '/large' ? 'a'.repeat(100000)
      : { method: request.method, url: request.url, headers: request.headers };
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(body));
  }).listen(8000);
`;

/** Creates a network with an upstream that echoes its requests, for proxies with their default settings. */
export async function createProxyNetwork(images) {
  await docker(['network', 'create', network]);
  await docker([
    ...['run', '--detach', '--name', upstream, '--network', network, '--network-alias', 'web'],
    ...['--read-only', '--entrypoint', 'node', images.app, '--eval', echo],
  ]);
  const started = [upstream];
  return {
    images,
    /** Starts a proxy; `mounts` are options of `docker run`. */
    async startProxy(role, mounts = []) {
      const name = `footfall-test-${role}-${runId}`;
      const [port, tlsPort] = [await findFreePort(), await findFreePort()];
      started.push(name);
      await docker([
        ...['run', '--detach', '--name', name, '--network', network, '--read-only', '--tmpfs', '/tmp'],
        ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
        ...['--publish', `${port}:8080`, '--publish', `${tlsPort}:8443`, ...mounts, images.nginx],
      ]);
      const url = `http://${host}:${port}`;
      const tlsUrl = `https://${host}:${tlsPort}`;
      await waitUntil(name, 20, async () => (await ask(url, '/')).status === 200);
      return { name, url, tlsUrl };
    },
    async remove() {
      await docker(['rm', '--force', '--volumes', ...started]);
      await docker(['network', 'rm', network]);
    },
  };
}
