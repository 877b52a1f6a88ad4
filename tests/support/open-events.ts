import { get, type IncomingMessage } from 'node:http';
import { waitUntil } from './wait-until.cjs';

/** An event of a stream, with the time of its arrival in milliseconds. */
export interface ReceivedEvent {
  readonly id: string;
  readonly data: {
    visits: number;
    visitors?: number;
    changed?: { username: string; visits: number }[] | null;
  };
  readonly at: number;
}

/** An open stream of server-sent events. */
export interface EventReader {
  readonly response: IncomingMessage;
  readonly events: ReceivedEvent[];
  /** Everything that has arrived. */
  text(): string;
  /** Waits for an event with this number of visits. */
  waitFor(visits: number, seconds?: number): Promise<ReceivedEvent>;
  readonly isEnded: boolean;
  close(): void;
}

/** Sends the request and resolves with the head of the answer. The body is read as it arrives. */
export function openEvents(url: string, headers: Record<string, string> = {}): Promise<EventReader> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, headers }, (response) => {
      const events: ReceivedEvent[] = [];
      let text = '';
      let isEnded = false;
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        const complete = [...text.matchAll(/id: (\d+)\ndata: (.*)\n\n/g)].slice(events.length);
        for (const [, id = '', data = ''] of complete) {
          events.push({ id, data: JSON.parse(data), at: performance.now() });
        }
      });
      response.once('close', () => (isEnded = true)).on('error', () => undefined);
      resolve({
        response,
        events,
        text: () => text,
        waitFor: (visits, seconds = 5) =>
          waitUntil(`an event with ${visits} visits`, seconds, () =>
            events.find(({ data }) => data.visits === visits),
          ) as Promise<ReceivedEvent>,
        get isEnded() {
          return isEnded;
        },
        close: () => request.destroy(),
      });
    });
    request.once('error', reject);
  });
}
