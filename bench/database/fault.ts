import type { Socket } from 'node:net';

/** The two ends of a connection. */
export type Side = 'service' | 'database';

/** The two sockets of a connection through the proxy, and its state for faults. */
export interface SocketPair extends Readonly<Record<Side, Socket>> {
  /** For the fault: it applies from now on. */
  armed: boolean;
  /** Nothing is passed on any more. */
  dead: boolean;
  /** The host of the database is gone: its end is not told to the service. */
  gone: boolean;
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

/** Breaks nothing. */
export function passOn({ forward }: Passage): void {
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
