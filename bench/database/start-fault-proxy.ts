import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { passOn, type Fault, type Side, type SocketPair } from './fault';

/** A TCP proxy that can break the path. */
export interface FaultProxy {
  readonly port: number;
  /** How often the fault took effect since it was set. */
  readonly hits: number;
  set(fault: Fault): void;
  pass(): void;
  /** Sends a FIN to one side of every connection. */
  halfClose(side: Side): void;
  /** From now on the host is gone: connections stay open and silent for ever, and so do new ones until `moveTo`. */
  vanish(): void;
  /** Leads new connections to another port. */
  moveTo(port: number): void;
  close(): Promise<void>;
}

/**
 * Starts a TCP proxy on 127.0.0.1, or on `listenOn`, that can break the path to a PostgreSQL server. A fault applies to
 * existing and new connections until the next one is set; `pass()` ends it. A connection whose bytes were dropped never
 * works again, as behind a middlebox that has lost its state.
 */
export async function startFaultProxy(
  port: number,
  host = '127.0.0.1',
  listenOn = '127.0.0.1',
): Promise<FaultProxy> {
  const pairs = new Set<SocketPair>();
  const silent = new Set<Socket>();
  let target: number | undefined = port;
  let fault: Fault = passOn;
  let hits = 0;
  const hit = (): void => void (hits += 1);

  const server = createServer({ allowHalfOpen: true }, (service) => {
    if (target === undefined) {
      keepSilent(service);
      return;
    }
    const database = connect({ host, port: target, allowHalfOpen: true });
    const pair = { service, database, armed: false, dead: false, gone: false };
    pairs.add(pair);
    pump(pair, 'service', 'database');
    pump(pair, 'database', 'service');
  });
  const keepSilent = (service: Socket): void => {
    silent.add(service);
    service.on('error', () => undefined).on('close', () => silent.delete(service));
    // Without reading, the end of the socket would not be seen.
    service.resume().on('end', () => service.destroy());
  };
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
      if (pair.gone && from === 'database') return;
      pairs.delete(pair);
      pair[to].destroy();
    });
  };
  server.listen(0, listenOn);
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
    vanish() {
      target = undefined;
      for (const pair of pairs) {
        pair.dead = pair.gone = true;
        pair.database.destroy();
      }
    },
    moveTo(next) {
      target = next;
    },
    async close() {
      server.close();
      for (const service of silent) service.destroy();
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
