import { once } from 'node:events';
import type { Response } from 'express';
import { renderOnce } from '../../render-once';
import { mediaTypes } from '../../responses';

/** An event: the data as JSON, and an id that the client repeats as `Last-Event-ID`. */
export interface ServerSentEvent {
  readonly id: number;
  readonly data: unknown;
}

/** Shorter than the read timeout of nginx (20 s), which closes a connection without traffic. */
const heartbeatMs = 10_000;

const heartbeat = ':\n\n';

/** The headers of a stream, which no proxy may store, compress or hold back. */
const streamHeaders = ['Cache-Control', 'no-store, no-transform', 'X-Accel-Buffering', 'no'];

/**
 * Sends each state as an event until there are no more, or the client leaves. The response begins with the first
 * state, so an error before it becomes a problem. HEAD gets the headers only. https://html.spec.whatwg.org/multipage/server-sent-events.html
 * @param watch returns the states; the signal aborts when the client leaves.
 */
export async function sendEvents<State extends object>(
  response: Response,
  watch: (signal: AbortSignal) => AsyncIterable<State>,
  present: (state: State) => ServerSentEvent,
): Promise<void> {
  const client = new AbortController();
  const { signal } = client;
  const { socket } = response.req;
  const leave = (): void => client.abort();
  response.once('close', leave);
  let timer: NodeJS.Timeout | undefined;
  try {
    for await (const state of watch(signal)) {
      const event = renderOnce(state, 'event', () => renderEvent(present(state)));
      if (!response.headersSent) {
        begin(response);
        if (response.req.method === 'HEAD') break;
        timer = setInterval(() => beat(response), heartbeatMs);
        // A browser that closes a stream closes its half of the connection first.
        if (socket.readableEnded) leave();
        else socket.once('end', leave);
      }
      // A slow client gets the state that is the last one then.
      if (!response.write(event.plain)) await once(response, 'drain', { signal }).catch(() => undefined);
    }
  } finally {
    clearInterval(timer);
    socket.off('end', leave);
  }
  response.end();
}

function begin(response: Response): void {
  response.writeHead(200, ['Content-Type', mediaTypes.events, ...streamHeaders]);
  // The clients of a process that has ended do not all come back at the same moment.
  response.write(`retry: ${1000 + Math.round(Math.random() * 2000)}\n\n`);
}

function beat(response: Response): void {
  if (response.writableLength === 0) response.write(heartbeat);
}

function renderEvent({ id, data }: ServerSentEvent): string {
  return `id: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}
