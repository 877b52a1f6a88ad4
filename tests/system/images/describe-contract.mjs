import assert from 'node:assert/strict';
import { test } from 'node:test';
import { docker, inspect } from '../support/shell.mjs';
import { ask, readCount } from '../support/http-client.mjs';
import { startAlone } from './support/start-alone.mjs';

const problem = /^application\/problem\+json/;
const nineKilobytes = 'a'.repeat(9 * 1024);

/** Requests that the proxy must pass on unchanged: method, path, headers. */
const passedThrough = [
  ['GET', '/'],
  ['GET', '/?limit=1&sort=-visits'],
  ['GET', '/?limit=abc'],
  ['GET', '/?since=yesterday'],
  ['GET', '/alice/'],
  ['GET', '//alice'],
  ['GET', '/a/b'],
  ['GET', '/a%2Fb'],
  ['GET', '/a%5Cb'],
  ['GET', '/a//b'],
  ['GET', '/%20a'],
  ['GET', '/%E2%80%AE'],
  ['GET', '/-'],
  ['GET', '/.'],
  ['GET', `/${'a'.repeat(81)}`],
  ['GET', `/${nineKilobytes}`],
  ['GET', '/-/nothing'],
  ['GET', '/-/visitors/nobody-ever'],
  ['GET', '/favicon.ico'],
  ['GET', '/robots.txt'],
  ['GET', '/-/badge/alice.svg'],
  ['GET', '/-/badge/alice.json'],
  ['GET', '/-/openapi.json'],
  ['GET', '/manifest.json'],
  ['GET', '/apple-touch-icon.png'],
  ['HEAD', '/head-only'],
  ['OPTIONS', '/options-only'],
  ['POST', '/posted'],
  ['PUT', '/posted'],
  ['DELETE', '/posted'],
  ['GET', '/ahead', { 'Sec-Purpose': 'prefetch;prerender' }],
  ['GET', '/ahead', { Purpose: 'prefetch' }],
  ['GET', '/ahead', { 'X-Moz': 'prefetch' }],
];

/** Paths that nginx itself refuses, because it cannot decode them: same status and format, another code. */
const refusedByProxy = ['/%E0%A4%A', '/%00', '/a%00b', '/%ff%', '/..', '/%2E%2E'];

/** Tests the contract of the service through the proxy. */
export function describeContract(stack, context, share) {
  const direct = share(
    'a service without the proxy',
    async () => startAlone(await context(), 'direct'),
    ({ remove }) => remove(),
  );
  describeVisits(stack);
  compareResponses(stack, direct);
  describeProtection(stack, direct);
}

function describeVisits(stack) {
  test('GET /<username> counts 1, 2, 3 and GET / lists it', async () => {
    const { url } = await stack();
    for (const visits of [1, 2, 3]) {
      const { status, json } = await ask(url, '/alice');
      assert.deepEqual([status, json.username, json.visits], [200, 'alice', visits]);
    }
    const { json } = await ask(url, '/');
    assert.equal(json.results.find(({ username }) => username === 'alice').visits, 3);
  });

  test('names arrive as they were sent', async () => {
    const { url } = await stack();
    for (const name of ['a b', '日本語', 'a%b', '😀', "it's", 'a?b#c', '<script>', '..a', 'a+b', 'a&b=c']) {
      const { status, json } = await ask(url, `/${encodeURIComponent(name)}`);
      assert.deepEqual([status, json.username, json.visits], [200, name, 1]);
    }
  });
}

function compareResponses(stack, direct) {
  for (const [method, path, headers] of passedThrough) {
    const title = `${method} ${path.length > 90 ? `/${path.length - 1} × a` : path} ${JSON.stringify(headers ?? {})}`;
    test(`${title} is answered as without the proxy`, async (t) => {
      const { url } = await stack();
      const proxied = pickCompared(await ask(url, path, { method, headers }));
      const unproxied = await ask((await direct()).url, path, { method, headers });
      assert.deepEqual(proxied, pickCompared(unproxied));
      t.diagnostic(String(proxied.status));
    });
  }

  test('a page arrives complete, and its hashed files keep their long cache lifetime', async () => {
    const { url } = await stack();
    const page = await ask(url, '/', { headers: { Accept: 'text/html' } });
    assert.match(page.headers['content-type'], /^text\/html/);
    const files = page.text.match(/\/-\/assets\/[\w.-]+/g);
    assert.ok(files.length > 0);
    for (const file of new Set(files)) {
      const { status, headers } = await ask(url, file);
      assert.deepEqual([status, headers['cache-control']], [200, 'public, max-age=31536000, immutable']);
    }
  });

  for (const path of refusedByProxy) {
    test(`${path} is refused with 400 by proxy and service`, async () => {
      for (const address of [(await stack()).url, (await direct()).url]) {
        const { status, headers, json } = await ask(address, path);
        assert.deepEqual([status, json.status], [400, 400]);
        assert.match(headers['content-type'], problem);
        assert.equal(json.request_id, headers['x-request-id']);
      }
    });
  }

  test('none of these requests counted as a visit', async () => {
    const { url } = await stack();
    for (const name of ['head-only', 'options-only', 'posted', 'ahead', 'manifest.json', 'favicon.ico']) {
      assert.equal(await readCount(url, name), 0, name);
    }
  });
}

function describeProtection(stack, direct) {
  test('each header is sent once, and HSTS is not sent over plain HTTP', async () => {
    const { url } = await stack();
    const { rawHeaders, headers } = await ask(url, '/headers');
    const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    assert.deepEqual(names, [...new Set(names)]);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.ok(headers['content-security-policy']);
    assert.equal(headers['strict-transport-security'], undefined);
    assert.doesNotMatch(headers.server, /\d/);
  });

  test('the request id is generated by the proxy, and is in the response and in the log of the service', async () => {
    const { url, listContainers } = await stack();
    const { headers } = await ask(url, '/ids', { headers: { 'X-Request-Id': 'chosen-by-the-client' } });
    const id = headers['x-request-id'];
    assert.match(id, /^[0-9a-f]{32}$/);
    const containers = await listContainers('web');
    const logs = await Promise.all(
      containers.map((container) => docker(['logs', '--tail', '200', container])),
    );
    assert.ok(logs.some((log) => log.includes(`"request_id":"${id}"`)));
  });

  test('the log of the proxy is JSON and contains no path or name', async () => {
    const { url, listContainers } = await stack();
    await ask(url, '/somebody-private');
    const [container] = await listContainers('nginx');
    const log = await docker(['logs', container]);
    const lines = log.split('\n').filter((line) => line.startsWith('{'));
    for (const line of lines) JSON.parse(line);
    assert.ok(lines.length > 0);
    assert.doesNotMatch(log, /somebody-private/);
  });

  test('health and metrics are not reachable from outside', async () => {
    const { url } = await stack();
    assert.equal((await ask((await direct()).url, '/-/health/ready')).status, 200);
    const paths = [
      '/-/health/ready',
      '/-/health/live',
      '/-/health',
      '/-/metrics',
      '/-/metrics/',
      '/-/metrics?a=b',
    ];
    const disguised = ['/-/%6Detrics', '/%2D/health/ready', '/-/METRICS', '/x/../-/metrics', '/-/./metrics'];
    for (const path of [...paths, ...disguised]) {
      const { status, headers } = await ask(url, path);
      assert.equal(status, 404, path);
      assert.match(headers['content-type'], problem);
    }
  });

  test('the tasks run without root, capabilities, new privileges or a writable root', async () => {
    const { listContainers } = await stack();
    for (const service of ['web', 'nginx']) {
      for (const id of await listContainers(service)) {
        const status = await docker(['exec', id, 'cat', '/proc/1/status']);
        assert.match(status, /^NoNewPrivs:\s+1$/m);
        assert.match(status, /^CapEff:\s+0+$/m);
        assert.doesNotMatch(status, /^Uid:\s+0\s/m);
        const { HostConfig, Config } = await inspect(id);
        assert.equal(HostConfig.ReadonlyRootfs, true);
        assert.ok(HostConfig.Memory > 0 && HostConfig.PidsLimit > 0);
        assert.equal(HostConfig.LogConfig.Config['max-size'], '10m');
        assert.doesNotMatch(Config.Env.join('\n'), /PASSWORD=/);
      }
    }
  });
}

function pickCompared({ status, headers, json, text }) {
  return {
    status,
    type: headers['content-type'],
    cache: headers['cache-control'],
    allow: headers.allow,
    etag: headers.etag,
    body: json ? { ...json, request_id: undefined } : text,
  };
}
