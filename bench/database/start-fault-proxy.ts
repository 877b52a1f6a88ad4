import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** The two ends of a connection. */
export type Side = 'service' | 'database';

/** The two sockets of a connection through the proxy, and its state for faults. */
export interface SocketPair extends Readonly<Record<Side, Socket>> {
  /** For the fault: it applies from now on. */
  armed: boolean;
  /** Nothing is passed on any more. */
  dead: boolean;
}

/** What arrived on one side. */
export interface Passage {
  readonly pair: SocketPair;
  readonly from: Side;
  /** The bytes; undefined for a FIN. */
  readonly chunk: Buffer | undefined;
  /** Counts that the fault took effect. */
  hit(): void;
  /** Passes it on, or a part of it. */
  forward(part?: Buffer): void;
}

/** Decides what happens to everything that arrives. */
export type Fault = (passage: Passage) => void;

/** A TCP proxy that can break the path. */
export interface FaultProxy {
  readonly port: number;
  /** How often the fault took effect since it was set. */
  readonly hits: number;
  set(fault: Fault): void;
  pass(): void;
  /** Sends a FIN to one side of every connection. */
  halfClose(side: Side): void;
  close(): Promise<void>;
}

/**
 * Starts a TCP proxy on 127.0.0.1 that can break the path to a PostgreSQL server. A fault applies to existing and new
 * connections until the next one is set; `pass()` ends it. A connection whose bytes were dropped never works again, as
 * behind a middlebox that has lost its state.
 */
export async function startFaultProxy(port: number, host = '127.0.0.1'): Promise<FaultProxy> {
  const pairs = new Set<SocketPair>();
  let fault: Fault = passOn;
  let hits = 0;
  const hit = (): void => void (hits += 1);

  const server = createServer({ allowHalfOpen: true }, (service) => {
    const database = connect({ host, port, allowHalfOpen: true });
    const pair = { service, database, armed: false, dead: false };
    pairs.add(pair);
    pump(pair, 'service', 'database');
    pump(pair, 'database', 'service');
  });
  // Passes every chunk to the fault, and every FIN as the chunk `undefined`.
  const pump = (pair: SocketPair, from: Side, to: Side): void => {
    const move = (chunk?: Buffer): void => {
      if (!pair.dead) {
        fault({ pair, from, chunk, hit, forward: (part = chunk) => forward(pair[to], part) });
      }
      // When one side closes a dead connection, the other side is closed too, so no session stays open.
      if (pair.dead && chunk === undefined) pair[from].destroy();
    };
    pair[from].setNoDelay(true);
    pair[from].on('data', move).on('end', () => move());
    pair[from].on('error', () => undefined);
    pair[from].on('close', () => {
      pairs.delete(pair);
      pair[to].destroy();
    });
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get hits() {
      return hits;
    },
    set(next) {
      hits = 0;
      fault = next;
    },
    pass() {
      fault = passOn;
    },
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

function forward(socket: Socket, chunk: Buffer | undefined): void {
  if (socket.destroyed || socket.writableEnded) return;
  if (chunk === undefined) socket.end();
  else socket.write(chunk);
}

function passOn({ forward }: Passage): void {
  forward();
}

/** Delays everything by `ms`, or only what comes from one side. */
export function delayBy(ms: number, side?: Side): Fault {
  return ({ from, forward, hit }) => {
    if (side !== undefined && from !== side) {
      forward();
      return;
    }
    hit();
    setTimeout(forward, ms);
  };
}
