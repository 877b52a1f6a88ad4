import { docker } from '../../support/shell.mjs';
import { waitUntil } from '../../../support/wait-until.cjs';
import { findFreePort, host, runId } from '../../support/engine.mjs';
import { ask } from '../../support/http-client.mjs';

const network = `footfall-test-proxy-${runId}`;
const upstream = `footfall-test-upstream-${runId}`;
const deafUpstream = `footfall-test-deaf-upstream-${runId}`;

// Echoes the request, and the port of its connection. It counts the requests of each path, which `/hits` returns, and
// resets the connection of `/break`.
const echo = `
  const hits = {};
  require('node:http').createServer((request, response) => {
    const { method, url, headers, socket } = request;
    hits[url] = (hits[url] ?? 0) + 1;
    if (url === '/break') { socket.resetAndDestroy(); return; }
    if (url === '/slow') return;
    if (url === '/events') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
      let sent = 0;
      const timer = setInterval(() => response.write('data: ' + (sent += 1) + '\\n\\n'), 500);
      response.once('close', () => clearInterval(timer));
      return;
    }
    const body = url === '/hits' ? hits : url === '/large' ? 'a'.repeat(100000)
      : { method, url, headers, port: socket.remotePort };
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(body));
  }).listen(8000);
`;
// Runs, but listens on no port.
const deaf = 'setInterval(() => undefined, 60_000)';

/**
 * Creates a network for proxies with their default settings. The name `web` is an upstream that echoes its requests,
 * `deaf` one that accepts no connection, and `pair` both.
 */
export async function createProxyNetwork(images) {
  await docker(['network', 'create', network]);
  const started = [];
  const startUpstream = async (name, alias, script) => {
    started.push(name);
    const aliases = ['--network-alias', alias, '--network-alias', 'pair'];
    await docker([
      ...['run', '--detach', '--name', name, '--network', network, ...aliases],
      ...['--read-only', '--entrypoint', 'node', images.app, '--eval', script],
    ]);
  };
  await startUpstream(upstream, 'web', echo);
  await startUpstream(deafUpstream, 'deaf', deaf);
  return {
    images,
    /** Starts a proxy with these options of `docker run`, and waits until it answers with `status`. */
    async startProxy(role, options = [], status = 200) {
      const name = `footfall-test-${role}-${runId}`;
      const [port, tlsPort] = [await findFreePort(), await findFreePort()];
      started.push(name);
      await docker([
        ...['run', '--detach', '--name', name, '--network', network, '--read-only', '--tmpfs', '/tmp'],
        ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
        ...['--publish', `${port}:8080`, '--publish', `${tlsPort}:8443`, ...options, images.nginx],
      ]);
      const url = `http://${host}:${port}`;
      const tlsUrl = `https://${host}:${tlsPort}`;
      await waitUntil(name, 20, async () => (await ask(url, '/')).status === status);
      return { name, url, tlsUrl };
    },
    async remove() {
      await docker(['rm', '--force', '--volumes', ...started]);
      await docker(['network', 'rm', network]);
    },
  };
}
