import { setTimeout as wait } from 'node:timers/promises';
import { Client, escapeIdentifier, type ClientConfig } from 'pg';
import { withDeadline } from '../shared/with-deadline';
import { isDirect, toDriverSession } from './driver-session';

/** Who is told about notices. */
export interface NoticeHandlers {
  readonly onNotice: (payload: string) => void;
  /** Called each time notices begin to arrive, and each time they no longer do. */
  readonly onListening: (isListening: boolean) => void;
}

const retryMs = 1000;
// An operator may replace a pooler without a restart of the service.
const retryBehindPoolerMs = 60_000;
// A silent connection is noticed, and a firewall does not forget it.
const checkEveryMs = 10_000;
const answerWithinMs = 5000;

/**
 * Listens on a channel, on a connection of its own that is opened again after each loss. Behind a pooler it does not
 * listen, because a pooler gives its sessions to other clients, and `onListening` is not called.
 * @param getConfig called for each connection.
 * @returns the function that closes the connection.
 */
export function listenForNotices(
  getConfig: () => ClientConfig,
  channel: string,
  { onNotice, onListening }: NoticeHandlers,
): () => Promise<void> {
  const closing = new AbortController();
  const { signal } = closing;
  const isOpen = (): boolean => !signal.aborted;
  const pause = (ms: number): Promise<unknown> =>
    wait(ms, undefined, { signal, ref: false }).catch(() => undefined);

  const listenOnce = async (): Promise<void> => {
    const client = new Client({
      ...getConfig(),
      keepAlive: true,
      query_timeout: answerWithinMs,
      application_name: 'footfall-live',
    });
    const lost = new Promise<void>((resolve) => {
      client.on('error', () => resolve());
      client.once('end', resolve);
    });
    client.on('notification', ({ payload = '' }) => onNotice(payload));
    try {
      await client.connect();
      if (!(await isDirect(client))) {
        await pause(retryBehindPoolerMs);
        return;
      }
      await client.query(`LISTEN ${escapeIdentifier(channel)}`);
      if (!isOpen()) return;
      onListening(true);
      while (isOpen()) {
        const isLost = await Promise.race([lost.then(() => true), pause(checkEveryMs).then(() => false)]);
        if (isLost) return;
        if (isOpen()) await client.query('SELECT 1');
      }
    } finally {
      await close(client);
    }
  };
  const listening = (async () => {
    while (isOpen()) {
      await listenOnce().catch(() => undefined);
      if (!isOpen()) return;
      onListening(false);
      await pause(retryMs);
    }
  })();
  return () => {
    closing.abort();
    return listening;
  };
}

/** Closes the connection, also if the network drops packets. */
async function close(client: Client): Promise<void> {
  await withDeadline(client.end(), answerWithinMs, () => {
    toDriverSession(client).connection?.stream?.destroy();
  }).catch(() => undefined);
}
