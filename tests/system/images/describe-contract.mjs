import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, readCount } from '../support/http-client.mjs';

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
  ['GET', '/a%2F%2Fb'],
  ['GET', '/a%5Cb'],
  ['GET', '/a//b'],
  ['GET', '/%20a'],
  ['GET', '/%E2%80%AE'],
  ['GET', '/-'],
  ['GET', '/.'],
  ['GET', `/${'a'.repeat(256)}`],
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
  ['POST', '/-/visits'],
  ['PUT', '/posted'],
  ['DELETE', '/posted'],
  ['GET', '/ahead', { 'Sec-Purpose': 'prefetch;prerender' }],
  ['GET', '/ahead', { Purpose: 'prefetch' }],
  ['GET', '/ahead', { 'X-Moz': 'prefetch' }],
];

/** Paths that nginx itself refuses, because it cannot decode them: same status and format, another code. */
const refusedByProxy = ['/%E0%A4%A', '/%00', '/a%00b', '/%ff%', '/..', '/%2E%2E'];

/** Tests the contract of the service through the proxy, in comparison with `direct`, a service without it. */
export function describeContract(stack, direct) {
  describeVisits(stack);
  compareResponses(stack, direct);
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
    const odd = ['a b', '日本語', 'a%b', '😀', "it's", 'a?b#c', '<script>', '..a', 'a+b', 'a&b=c'];
    for (const name of [...odd, 'owner/repo', 'example.org/blog/post-1', 'علی‌رضا', '😀'.repeat(255)]) {
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
