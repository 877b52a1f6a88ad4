import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';

/** Watches one server through a connection that is held open. */
export interface ServerWatch {
  readonly onExit: (listener: (reason: string) => void) => void;
  /** Ends the watch and its connection. */
  readonly close: () => Promise<void>;
}

/**
 * Watches a server. When the connection drops it is opened again (one crashed backend makes PostgreSQL restart all of
 * them, though the server lives), and only a failure of that counts as the end.
 * @param first connection that is open now
 * @param reopen opens it again, and whatever that takes; rejects when the server is gone
 */
export function watchServer(first: Client, reopen: () => Promise<Client>): ServerWatch {
  const listeners = new Set<(reason: string) => void>();
  let client = first;
  let isOver = false;
  let reported: string | undefined;

  const report = (reason: string): void => {
    if (isOver) return;
    isOver = true;
    reported = reason;
    for (const listener of listeners) listener(reason);
  };
  const attach = (opened: Client): void => {
    client = opened;
    if (isOver) void opened.end().catch(() => undefined);
    opened.once('end', () => {
      if (isOver) return;
      reopen().then(attach, (error: unknown) => report(`the database server ended (${String(error)})`));
    });
  };
  attach(first);

  return {
    onExit(listener) {
      listeners.add(listener);
      const reason = reported;
      if (reason !== undefined) queueMicrotask(() => listener(reason));
    },
    async close() {
      isOver = true;
      // A server that hangs never answers the goodbye, and must not hold up its own stop.
      await Promise.race([client.end().catch(() => undefined), sleep(1_000, undefined, { ref: false })]);
    },
  };
}
