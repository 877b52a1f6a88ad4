import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { openVisitBooks } from '../support/visit-books.mjs';
import { blackHole, delayBy, resetCommits, startFaultProxy } from './support/fault-proxy.mjs';

/** Checks what the rows rely on: that the books would notice, and that the proxy breaks what it says. */
export async function checkTools({ check }) {
  await check(
    'the books notice a lost visit, one too many, a number given twice, and nothing else',
    checkBooks,
  );
  await check('the proxy passes, delays, swallows, resets, cuts and half-closes', checkProxy);
}

async function checkBooks() {
  const refusal = { status: 503, json: { code: 'overloaded' } };
  const doubt = { status: 503, json: { code: 'outcome-unknown' } };
  const keep = (...answers) => {
    const books = openVisitBooks();
    for (const answer of answers) {
      books.ask('a');
      books.close('a', answer);
    }
    return books;
  };
  const number = (visits) => ({ status: 200, json: { visits } });
  assert.equal(await keep(number(1), number(2), refusal).check(() => 2), 2);
  assert.equal(await keep(number(1), doubt, { status: 'ECONNRESET' }).check(() => 3), 3);
  await assert.rejects(
    keep(number(1), number(2)).check(() => 1),
    /lost/,
  );
  await assert.rejects(
    keep(number(1), refusal, { status: 'ECONNREFUSED' }).check(() => 2),
    /refused/,
  );
  await assert.rejects(
    keep(number(1), doubt).check(() => 3),
    /refused/,
  );
  await assert.rejects(
    keep(number(1), number(1)).check(() => 2),
    /twice/,
  );
  await assert.rejects(
    keep(number(7)).check(() => 1),
    /beyond/,
  );
}

async function checkProxy() {
  const echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(
    0,
    '127.0.0.1',
  );
  await once(echo, 'listening');
  const proxy = await startFaultProxy(echo.address().port);
  const say = (words) => sendThrough(proxy.port, words);
  try {
    assert.equal((await say('hello')).text, 'hello');
    proxy.set(delayBy(200));
    assert.ok((await say('late')).ms >= 400);
    proxy.set(blackHole);
    assert.equal((await say('lost')).end, 'silent');
    proxy.set(resetCommits('before'));
    assert.equal((await say('SELECT 1')).text, 'SELECT 1');
    assert.deepEqual(pick(await say('append-visits')), ['', 'ECONNRESET']);
    proxy.set(resetCommits('after', 6));
    // Where a reset overtakes the reader, the system tells of it as of an end.
    const cut = await say('append-visits');
    assert.equal(cut.text, 'append');
    assert.match(cut.end, /^(ECONNRESET|end)$/);
    assert.equal(proxy.hits, 1);
    proxy.pass();
    const open = sendThrough(proxy.port, '');
    await new Promise((resolve) => setTimeout(resolve, 50));
    proxy.halfClose('near');
    assert.equal((await open).end, 'end');
  } finally {
    await proxy.close();
    echo.close();
  }
}

function pick({ text, end }) {
  return [text, end];
}

// Sends the words and waits for as many bytes, for the end of the connection, or for a second.
function sendThrough(port, words) {
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
      if (text.length >= words.length) finish('answered');
    });
    socket.once('connect', () => void (words && socket.write(words)));
  });
}
