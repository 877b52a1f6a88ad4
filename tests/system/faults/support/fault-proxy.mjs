import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * Starts a TCP proxy on 127.0.0.1 that can break the path to `port`. A fault holds for the connections there are and
 * for new ones, until the next is set; `pass()` ends it. What a fault swallowed stays lost: a connection that it
 * touched never works again, as behind a middlebox that forgot it.
 */
export async function startFaultProxy(port) {
  const pairs = new Set();
  let fault = passing;
  let hits = 0;
  const hit = () => void (hits += 1);

  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    // `near` is the service's end, `far` the database's.
    const pair = { near, far, armed: false, dead: false };
    pairs.add(pair);
    pump(pair, 'near', 'far');
    pump(pair, 'far', 'near');
  });
  // Asks the fault for every chunk and every FIN, which is the chunk `undefined`.
  const pump = (pair, from, to) => {
    const move = (chunk) => {
      if (!pair.dead) {
        fault({ pair, from, chunk, hit, forward: (part = chunk) => forward(pair[to], part) });
      }
      // Who gives a dead connection up is not kept waiting, and the database does not keep its session.
      if (pair.dead && chunk === undefined) pair[from].destroy();
    };
    pair[from].setNoDelay(true);
    pair[from].on('data', move).on('end', () => move(undefined));
    pair[from].on('error', () => undefined);
    pair[from].on('close', () => {
      pairs.delete(pair);
      pair[to].destroy();
    });
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: server.address().port,
    /** How often the fault has struck since it was set. */
    get hits() {
      return hits;
    },
    set(next) {
      hits = 0;
      fault = next;
    },
    pass() {
      fault = passing;
    },
    /** Closes one direction of every connection: `near` hears the goodbye of the database, `far` that of the service. */
    halfClose(side) {
      hits = 0;
      for (const pair of pairs) {
        pair[side].end();
        hit();
      }
    },
    async close() {
      server.close();
      for (const { near, far } of pairs) {
        near.destroy();
        far.destroy();
      }
      await once(server, 'close');
    },
  };
}

function forward(socket, chunk) {
  if (socket.destroyed || socket.writableEnded) return;
  if (chunk === undefined) socket.end();
  else socket.write(chunk);
}

function passing({ forward }) {
  forward();
}

/** Nothing comes through, and nobody is told. */
export function blackHole({ pair, hit }) {
  pair.dead = true;
  hit();
}

/** Everything comes `ms` late. */
export function delayBy(ms) {
  return ({ forward, hit }) => {
    hit();
    setTimeout(forward, ms);
  };
}

// The names of the statements that record, as they stand in what `pg` sends.
const recording = /append-visits|record-visits-once/;

/**
 * Resets the connections that record: `before` the statement reaches the database, or `after` the database has
 * committed it, when `bytes` of its answer (none for a plain reset) have come through.
 */
export function resetCommits(when, bytes = 0) {
  return ({ pair, from, chunk, forward, hit }) => {
    if (from === 'near' && recording.test(chunk?.toString('latin1') ?? '')) pair.armed = true;
    if (!pair.armed || (when === 'after' && from === 'near')) return forward();
    pair.dead = true;
    hit();
    if (bytes > 0) forward(chunk?.subarray(0, bytes));
    // What was forwarded must be on its way first: a reset throws away what still waits.
    setImmediate(() => {
      pair.near.resetAndDestroy();
      pair.far.resetAndDestroy();
    });
    return undefined;
  };
}
