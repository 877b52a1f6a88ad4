import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * Starts a TCP proxy on 127.0.0.1 that can break the path to `port`. A fault applies to existing and new connections
 * until the next one is set; `pass()` ends it. A connection whose bytes were dropped never works again, as behind a
 * middlebox that has lost its state.
 */
export async function startFaultProxy(port) {
  const pairs = new Set();
  let fault = passing;
  let hits = 0;
  const hit = () => void (hits += 1);

  const server = createServer({ allowHalfOpen: true }, (service) => {
    const database = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    const pair = { service, database, armed: false, dead: false };
    pairs.add(pair);
    pump(pair, 'service', 'database');
    pump(pair, 'database', 'service');
  });
  // Passes every chunk to the fault, and every FIN as the chunk `undefined`.
  const pump = (pair, from, to) => {
    const move = (chunk) => {
      if (!pair.dead) {
        fault({ pair, from, chunk, hit, forward: (part = chunk) => forward(pair[to], part) });
      }
      // When one side closes a dead connection, the other side is closed too, so no session stays open.
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
    /** How often the fault took effect since it was set. */
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
    /** Sends a FIN to one side of every connection, `service` or `database`. */
    halfClose(side) {
      hits = 0;
      for (const pair of pairs) {
        pair[side].end();
        hit();
      }
    },
    async close() {
      server.close();
      for (const { service, database } of pairs) {
        service.destroy();
        database.destroy();
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

/** Drops everything silently. */
export function blackHole({ pair, hit }) {
  pair.dead = true;
  hit();
}

/** Delays everything by `ms`. */
export function delayBy(ms) {
  return ({ forward, hit }) => {
    hit();
    setTimeout(forward, ms);
  };
}

// The names of the recording statements in the bytes that `pg` sends.
const recording = /append-visits|record-visits-once/;

/**
 * Resets the connections that record: `before` the statement reaches the database, or `after` the database has
 * committed it, when the first `bytes` of its reply have been forwarded.
 */
export function resetCommits(when, bytes = 0) {
  return ({ pair, from, chunk, forward, hit }) => {
    if (from === 'service' && recording.test(chunk?.toString('latin1') ?? '')) pair.armed = true;
    if (!pair.armed || (when === 'after' && from === 'service')) return forward();
    pair.dead = true;
    hit();
    if (bytes > 0) forward(chunk?.subarray(0, bytes));
    // The forwarded bytes must be sent first, because a reset discards what is still queued.
    setImmediate(() => {
      pair.service.resetAndDestroy();
      pair.database.resetAndDestroy();
    });
    return undefined;
  };
}
