import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { docker, waitUntil } from '../support/shell.mjs';
import { ask } from '../support/http-client.mjs';

/** The proxy with its settings as shipped, before an upstream that tells what it was sent. */
export async function checkProxy({ check }, network) {
  const { name, url } = await network.startProxy('proxy');
  const calm = () => new Promise((resolve) => setTimeout(resolve, 3000));

  await check('the path is passed on byte for byte', async () => {
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

  await check('what a client says of its own address is not passed on', async () => {
    const claims = { 'X-Forwarded-For': '1.2.3.4', 'X-Real-IP': '1.2.3.4', Forwarded: 'for=1.2.3.4' };
    const { headers } = (await ask(url, '/claims', { headers: { ...claims, 'X-Forwarded-Host': 'x' } })).json;
    assert.match(headers['x-forwarded-for'], /^[\d.]+$/);
    assert.notEqual(headers['x-forwarded-for'], '1.2.3.4');
    assert.deepEqual(
      [headers['x-real-ip'], headers.forwarded, headers['x-forwarded-host'], headers['x-forwarded-proto']],
      [undefined, undefined, undefined, 'http'],
    );
    assert.equal(headers.host, new URL(url).host);
    assert.equal(headers.connection, 'close');
  });

  await check('a GET whose connection broke is not sent a second time', async () => {
    for (let turn = 1; turn <= 20; turn += 1) {
      const { status, json, headers } = await ask(url, '/break');
      assert.deepEqual([status, json.code, headers['retry-after']], [502, 'bad-gateway', '1']);
    }
    assert.equal((await ask(url, '/hits')).json.hits, 20);
  });

  await check('a long answer is compressed', async () => {
    const { headers } = await ask(url, '/large', { headers: { 'Accept-Encoding': 'gzip' } });
    assert.deepEqual([headers['content-encoding'], headers.vary], ['gzip', 'Accept-Encoding']);
  });

  await check('too long a path, header or body is refused in the form of the service', async () => {
    await calm();
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

  await check(
    'an address that asks too often gets 429 with Retry-After; badges have a larger allowance',
    async () => {
      await calm();
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
      assert.deepEqual(
        ['policy', 'limit', 'remaining', 'reset'].map((part) => headers[`ratelimit-${part}`]),
        ['30;w=1', '30', '0', '1'],
      );
      assert.match(headers['content-security-policy'], /^default-src 'none'/);
      assert.equal((await burst('/-/badge/alice.svg', 150)).length, 0);
      assert.equal((await burst('/-/hit/alice.svg', 150)).length, 0);
      await calm();
      assert.equal((await ask(url, '/alice')).status, 200);
      return `${refused.length} of 150 visits refused, 0 of 300 badges`;
    },
  );

  await check('a client that dawdles over its request is cut off', async () => {
    const { hostname, port } = new URL(url);
    const start = performance.now();
    await new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () =>
        socket.write('GET /alice HTTP/1.1\r\nHost: x\r\n'),
      );
      socket.setTimeout(20_000, () => socket.destroy(new Error('still open after 20 s')));
      socket.once('error', reject).once('close', resolve).resume();
    });
    return `after ${((performance.now() - start) / 1000).toFixed(0)} s`;
  });

  await check('its health check finds it healthy, also while the service is down', async () => {
    await waitUntil('healthy', 20, async () => {
      return (await docker(['inspect', name, '--format', '{{.State.Health.Status}}'])) === 'healthy';
    });
  });
}
