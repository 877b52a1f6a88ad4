import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { docker } from '../support/shell.mjs';
import { waitUntil } from '../../support/wait-until.cjs';
import { ask } from '../support/http-client.mjs';

/** Tests the proxy with its default settings, in front of an upstream that echoes its requests. */
export function describeProxy(network, share) {
  const proxy = share('the proxy', async () => (await network()).startProxy('proxy'));
  // Until the rate limit allows a whole burst again.
  const waitForBurst = () => new Promise((resolve) => setTimeout(resolve, 3000));

  test('the path is passed on byte for byte', async () => {
    const { url } = await proxy();
    for (const path of [
      '//alice',
      '/a%2Fb',
      '/a%2fb',
      '/a/../b',
      '/a%20b?c=%2F&d=',
      '/%C3%A9',
      '/-/hit//x',
      '/a;b',
    ]) {
      assert.equal((await ask(url, path)).json.url, path);
    }
  });

  test("the client's claims about its address are not passed on", async () => {
    const { url } = await proxy();
    const claims = { 'X-Forwarded-For': '1.2.3.4', 'X-Real-IP': '1.2.3.4', Forwarded: 'for=1.2.3.4' };
    const { headers } = (await ask(url, '/claims', { headers: { ...claims, 'X-Forwarded-Host': 'x' } })).json;
    assert.match(headers['x-forwarded-for'], /^[\d.]+$/);
    assert.notEqual(headers['x-forwarded-for'], '1.2.3.4');
    assert.deepEqual(
      [headers['x-real-ip'], headers.forwarded, headers['x-forwarded-host'], headers['x-forwarded-proto']],
      [undefined, undefined, undefined, 'http'],
    );
    assert.equal(headers.host, new URL(url).host);
    assert.equal(headers.connection, undefined);
  });

  test('a proxy of REAL_IP_FROM names the client, and a wrong value stops the start', async () => {
    const { startProxy, images } = await network();
    const { url } = await startProxy('real-ip', ['--env', 'REAL_IP_FROM=0.0.0.0/0, ::/0']);
    const { headers } = (await ask(url, '/real', { headers: { 'X-Forwarded-For': '203.0.113.7' } })).json;
    assert.equal(headers['x-forwarded-for'], '203.0.113.7');
    const words = ['run', '--rm', '--read-only', '--tmpfs', '/tmp', '--env', 'REAL_IP_FROM=10.0.0.0/33'];
    await assert.rejects(docker([...words, images.nginx]), /REAL_IP_FROM must be addresses or ranges/);
  });

  test('events are passed on one by one', async () => {
    const { url } = await proxy();
    const headers = { 'Accept-Encoding': 'gzip' };
    const { body } = await fetch(`${url}/events`, { headers });
    const pieces = [];
    for await (const piece of body.pipeThrough(new TextDecoderStream())) {
      pieces.push(piece);
      if (pieces.length === 3) break;
    }
    assert.deepEqual(pieces, ['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']);
  });

  test('the limits follow the base path, and a wrong one stops the start', async () => {
    const { startProxy, images } = await network();
    const { url } = await startProxy('based', ['--env', 'BASE_PATH=/count', '--env', 'BADGE_BURST=1']);
    const limits = await Promise.all(
      Array.from({ length: 40 }, async () => (await ask(url, '/count/-/badge/a.svg')).headers),
    );
    assert.ok(limits.some((headers) => headers['ratelimit-policy']?.startsWith('200;')));
    const words = ['run', '--rm', '--read-only', '--tmpfs', '/tmp', '--env', 'BASE_PATH=/count/'];
    await assert.rejects(docker([...words, images.nginx]), /BASE_PATH must be a path such as/);
  });

  test('a GET is not retried after its connection broke', async () => {
    const { url } = await proxy();
    for (let turn = 1; turn <= 20; turn += 1) {
      const { status, json, headers } = await ask(url, '/break');
      assert.deepEqual([status, json.code, headers['retry-after']], [502, 'bad-gateway', '1']);
    }
    assert.equal((await ask(url, '/hits')).json['/break'], 20);
  });

  test('connections to the service are kept', async (t) => {
    const { url } = await proxy();
    const ports = new Set();
    for (let turn = 0; turn < 200; turn += 1) ports.add((await ask(url, '/-/badge/kept')).json.port);
    assert.ok(ports.size <= 100, `${ports.size} connections for 200 requests`);
    t.diagnostic(`${ports.size} for 200 requests`);
  });

  test('a request that reached no replica is sent to another one, once', async (t) => {
    const { startProxy } = await network();
    const { name, url } = await startProxy('pair', ['--env', 'WEB_UPSTREAM=pair:8000']);
    const paths = Array.from({ length: 60 }, (_, turn) => `/-/badge/unsent-${turn}`);
    for (const path of paths) {
      assert.equal((await ask(url, path)).json.url, path);
      // Longer in all than nginx avoids a replica that has failed.
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const { json: hits } = await ask(url, '/hits');
    assert.deepEqual([...new Set(paths.map((path) => hits[path]))], [1]);
    // Lines are written once a second.
    const again = await waitUntil(
      'a request that met the replica that listens on no port',
      5,
      async () => (await docker(['logs', name])).split('"upstream_status":"502 : 200"').length - 1,
    );
    t.diagnostic(`${again} of 60 sent to another replica`);
  });

  test('without a replica that listens, the answer is a problem', async () => {
    const { startProxy } = await network();
    const { url } = await startProxy('deaf', ['--env', 'WEB_UPSTREAM=deaf:8000'], 502);
    const { status, json, headers } = await ask(url, '/alice');
    assert.deepEqual([status, json.code, headers['retry-after']], [502, 'bad-gateway', '1']);
  });

  test('a long response is compressed', async () => {
    const { url } = await proxy();
    const { headers } = await ask(url, '/large', { headers: { 'Accept-Encoding': 'gzip' } });
    assert.deepEqual([headers['content-encoding'], headers.vary], ['gzip', 'Accept-Encoding']);
  });

  test('a path, header or body that is too long is refused in the format of the service', async () => {
    const { url } = await proxy();
    await waitForBurst();
    const refused = [
      [{ path: `/${'a'.repeat(20_000)}` }, 414, 'uri-too-long'],
      [{ path: '/a', headers: { 'X-Long': 'a'.repeat(20_000) } }, 431, 'headers-too-large'],
      [{ path: '/a', method: 'POST', headers: { 'Content-Length': '2048' } }, 413, 'body-too-large'],
    ];
    for (const [{ path, ...options }, status, code] of refused) {
      const { json } = await ask(url, path, options);
      assert.deepEqual([json.status, json.code], [status, code]);
    }
  });

  test('an address that sends too many requests gets 429 with Retry-After; badges have a higher limit', async (t) => {
    const { url } = await proxy();
    await waitForBurst();
    const burst = async (path, count) => {
      const answers = await Promise.all(Array.from({ length: count }, () => ask(url, path)));
      return answers.filter(({ status }) => status === 429);
    };
    const refused = await burst('/alice', 150);
    assert.ok(refused.length > 10 && refused.length < 100, `${refused.length} of 150 refused`);
    const [{ headers, json }] = refused;
    assert.match(headers['content-type'], /^application\/problem\+json/);
    assert.deepEqual([headers['retry-after'], json.code, json.status], ['1', 'too-many-requests', 429]);
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['access-control-allow-origin'], '*');
    assert.deepEqual(
      ['policy', 'limit', 'remaining', 'reset'].map((part) => headers[`ratelimit-${part}`]),
      ['30;w=1', '30', '0', '1'],
    );
    assert.match(headers['content-security-policy'], /^default-src 'none'/);
    assert.equal((await burst('/-/badge/alice.svg', 150)).length, 0);
    assert.equal((await burst('/-/hit/alice.svg', 150)).length, 0);
    await waitForBurst();
    assert.equal((await ask(url, '/alice')).status, 200);
    t.diagnostic(`${refused.length} of 150 visits refused, 0 of 300 badges`);
  });

  test('a client that sends its request too slowly is disconnected', async (t) => {
    const { hostname, port } = new URL((await proxy()).url);
    const start = performance.now();
    await new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () =>
        socket.write('GET /alice HTTP/1.1\r\nHost: x\r\n'),
      );
      socket.setTimeout(20_000, () => socket.destroy(new Error('still open after 20 s')));
      socket.once('error', reject).once('close', resolve).resume();
    });
    t.diagnostic(`after ${((performance.now() - start) / 1000).toFixed(0)} s`);
  });

  test('the health check passes, also while the service is down', async () => {
    const { name } = await proxy();
    await waitUntil('healthy', 20, async () => {
      return (await docker(['inspect', name, '--format', '{{.State.Health.Status}}'])) === 'healthy';
    });
  });
}
