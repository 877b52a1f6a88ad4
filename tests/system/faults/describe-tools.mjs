import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { createVisitLedger } from '../support/visit-ledger.mjs';
import { delayBy, startFaultProxy } from './support/compiled.mjs';
import { blackHole, resetCommits } from './support/proxy-faults.mjs';

/** Tests what the fault tests rely on: the ledger finds every error, and the proxy injects the faults it names. */
export function describeTools() {
  test('the ledger finds a lost visit, a surplus visit and a duplicate number, and nothing else', testLedger);
  test('the proxy passes, delays, drops, resets, cuts and half-closes', testProxy);
  test('a host that vanished closes nothing, and new connections go where the address leads', testMove);
}

async function testLedger() {
  const refusal = { status: 503, json: { code: 'overloaded' } };
  const doubt = { status: 503, json: { code: 'outcome-unknown' } };
  const record = (...responses) => {
    const ledger = createVisitLedger();
    for (const response of responses) {
      ledger.request('a');
      ledger.answer('a', response);
    }
    return ledger;
  };
  const number = (visits) => ({ status: 200, json: { visits } });
  const reject = (ledger, count, message) =>
    assert.rejects(
      ledger.check(() => count),
      message,
    );
  assert.equal(await record(number(1), number(2), refusal).check(() => 2), 2);
  assert.equal(await record(number(1), doubt, { status: 'ECONNRESET' }).check(() => 3), 3);
  await reject(record(number(1), number(2)), 1, /lost/);
  await reject(record(number(1), refusal, { status: 'ECONNREFUSED' }), 2, /refused/);
  await reject(record(number(1), doubt), 3, /refused/);
  await reject(record(number(1), number(1)), 2, /twice/);
  await reject(record(number(7)), 1, /beyond/);
}

async function testProxy() {
  const echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  await once(echo.listen(0, '127.0.0.1'), 'listening');
  const proxy = await startFaultProxy(echo.address().port);
  const send = (text) => sendThrough(proxy.port, text);
  try {
    assert.equal((await send('hello')).text, 'hello');
    proxy.set(delayBy(200));
    assert.ok((await send('late')).ms >= 400);
    proxy.set(blackHole);
    assert.equal((await send('lost')).end, 'silent');
    proxy.set(resetCommits('before'));
    assert.equal((await send('SELECT 1')).text, 'SELECT 1');
    const reset = await send('append-visits');
    assert.deepEqual([reset.text, reset.end], ['', 'ECONNRESET']);
    proxy.set(resetCommits('after', 6));
    // When a reset overtakes the reader, the system reports it as an end.
    const cut = await send('append-visits');
    assert.equal(cut.text, 'append');
    assert.match(cut.end, /^(ECONNRESET|end)$/);
    assert.equal(proxy.hits, 1);
    proxy.pass();
    const open = sendThrough(proxy.port, '');
    await new Promise((resolve) => setTimeout(resolve, 50));
    proxy.halfClose('service');
    assert.equal((await open).end, 'end');
  } finally {
    await proxy.close();
    echo.close();
  }
}

async function testMove() {
  const servers = ['old', 'new'].map((text) =>
    createServer((socket) => socket.on('error', () => undefined).on('data', () => socket.write(text))),
  );
  for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening');
  const [before, after] = servers.map((server) => server.address().port);
  const proxy = await startFaultProxy(before);
  const send = () => sendThrough(proxy.port, 'ask');
  try {
    assert.equal((await send()).text, 'old');
    const open = sendThrough(proxy.port, '');
    await new Promise((resolve) => setTimeout(resolve, 50));
    proxy.vanish();
    const lost = send();
    await new Promise((resolve) => setTimeout(resolve, 50));
    proxy.moveTo(after);
    assert.equal((await send()).text, 'new');
    assert.deepEqual([(await open).end, (await lost).end], ['silent', 'silent']);
  } finally {
    await proxy.close();
    for (const server of servers) server.close();
  }
}

// Sends the text and waits for as many bytes, for the end of the connection, or for a second.
function sendThrough(port, sent) {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ host: '127.0.0.1', port });
    const finish = (end) => {
      socket.destroy();
      resolve({ text, end, ms: performance.now() - startedAt });
    };
    socket.once('error', ({ code }) => finish(code));
    socket.once('end', () => finish('end'));
    socket.setTimeout(1000, () => finish('silent'));
    socket.setEncoding('utf8').on('data', (part) => {
      text += part;
      if (text.length >= sent.length) finish('answered');
    });
    socket.once('connect', () => void (sent && socket.write(sent)));
  });
}
