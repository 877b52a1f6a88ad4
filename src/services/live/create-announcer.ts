import { setTimeout as wait } from 'node:timers/promises';
import type { RunStatement, Statement } from '../../shared/statement';
import { liveChannel, mostIds, paceMs } from './notice';

/** Tells every process on the database which visitors have new visits. */
export interface Announcer {
  /** Call it after the commit. It never fails, and sends at most four notices a second. */
  announce(visitorId: string): void;
}

// In a transaction of its own: PostgreSQL makes transactions that notify commit one after another.
const notify: Statement = {
  name: 'announce-visits',
  text: `SELECT pg_notify('${liveChannel}', $1)`,
};

/** Creates the announcer of a process. */
export function createAnnouncer(run: RunStatement): Announcer {
  const waiting = new Set<string>();
  let isSending = false;
  const send = async (): Promise<void> => {
    isSending = true;
    while (waiting.size > 0) {
      // More ids than a notice has room for: any visitor may have changed.
      const payload = waiting.size > mostIds ? '' : [...waiting].join(',');
      waiting.clear();
      // A lost notice delays the numbers until the streams are read again without one.
      await run(notify, [payload]).catch(() => undefined);
      await wait(paceMs, undefined, { ref: false });
    }
    isSending = false;
  };
  return {
    announce(visitorId) {
      if (waiting.size <= mostIds) waiting.add(visitorId);
      if (!isSending) void send();
    },
  };
}
