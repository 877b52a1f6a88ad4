import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';

/** Watches a server through a connection that stays open. */
export interface ServerWatch {
  readonly onExit: (listener: (reason: string) => void) => void;
  /** Stops watching and closes the connection. */
  readonly close: () => Promise<void>;
}

/**
 * Watches a server. A lost connection is opened again, since PostgreSQL ends all sessions when one
 * of them crashes; the server counts as ended only if that fails.
 * @param first the open connection
 * @param reopen opens the connection again; rejects if the server has ended for good
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
      // A server that hangs never answers; that must not delay its stop.
      await Promise.race([client.end().catch(() => undefined), sleep(1_000, undefined, { ref: false })]);
    },
  };
}
