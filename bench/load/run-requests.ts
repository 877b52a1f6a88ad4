import { openHttpSender, type HttpSender } from './http-sender';
import type { Load, LoadResult } from './load';
import { readVisitedName } from './read-visited-name';
import { createRequestTally } from './request-tally';

// Longer than any timeout of a service. Checking all connections at an interval costs less than a
// timer for each request.
const timeoutMs = 120_000;
const checkEveryMs = 5000;
// A contender that has died refuses every further connection.
const maxFailures = 200;

/**
 * Sends a load over HTTP keep-alive connections, spread evenly over the addresses, and waits for
 * all answers. If a connection is lost, its current request gets no answer and a new connection
 * sends the rest. Runs in this process, on one core.
 * @throws {Error} if a first connection cannot be opened, if an answer cannot be read (it must
 *   be HTTP/1.1 with a Content-Length), or after 200 requests without an answer
 */
export async function runRequests(urls: readonly string[], load: Load): Promise<LoadResult> {
  const { connections: planned, visits, mixed } = planRequests(urls, load);
  const tally = createRequestTally(load, mixed);
  const senders: HttpSender[] = [];
  const checks = setInterval(() => {
    for (const sender of senders) sender.giveUpAfter(timeoutMs);
  }, checkEveryMs);
  try {
    await new Promise<void>((resolve, reject) => {
      let opening = load.connections;
      const opened = (): void => {
        opening -= 1;
        if (opening > 0) return;
        tally.start();
        for (const sender of senders) sender.start();
      };
      for (const { url, requests } of planned) {
        const stop = (why: string, cause: Error): void => {
          reject(new Error(`The load on ${url.origin} stopped, ${why}: ${cause.message}`, { cause }));
        };
        const sender = openHttpSender(url, requests, {
          opened,
          answered(answer, request, ms, now) {
            tally.countAnswer(answer, ms, now, visits.has(request));
            if (tally.isComplete()) resolve();
          },
          failed(error) {
            const failures = tally.countFailure();
            if (failures >= maxFailures) stop(`${failures} requests had no answer`, error);
            else if (tally.isComplete()) resolve();
          },
          stopped: (error) => stop('it cannot continue', error),
        });
        senders.push(sender);
      }
    });
  } finally {
    clearInterval(checks);
    for (const sender of senders) sender.close();
  }
  return tally.summarise();
}

/** The requests of one connection. */
interface PlannedConnection {
  readonly url: URL;
  /** The bytes to send. */
  readonly requests: readonly Buffer[];
}

interface PlannedRequests {
  readonly connections: readonly PlannedConnection[];
  /** The requests that record a visit. */
  readonly visits: ReadonlySet<Buffer>;
  /** Whether others do not. */
  readonly mixed: boolean;
}

// A service counts each address once, so it is never used again, not even by another run.
let clients = 0;

function nameClient(): string {
  clients += 1;
  return `10.${(clients >> 16) & 255}.${(clients >> 8) & 255}.${clients & 255}`;
}

/** Connections are assigned to the addresses in turn; equal requests share one buffer. */
function planRequests(urls: readonly string[], load: Load): PlannedRequests {
  const { connections, amount, paths, accept, connectEachTime = false } = load;
  const encoded = new Map<string, Buffer>();
  const visits = new Set<Buffer>();
  const encode = (path: string, { host }: URL): Buffer => {
    const lines = [`GET ${path} HTTP/1.1`, `Host: ${host}`, ...(accept ? [`Accept: ${accept}`] : [])];
    if (connectEachTime) lines.push('Connection: close');
    if (path.endsWith('?once=day')) lines.push(`X-Forwarded-For: ${nameClient()}`);
    const request = `${lines.join('\r\n')}\r\n\r\n`;
    const bytes = encoded.get(request) ?? Buffer.from(request, 'latin1');
    encoded.set(request, bytes);
    if (readVisitedName(path) !== undefined) visits.add(bytes);
    return bytes;
  };
  const planned = Array.from({ length: connections }, (_, n) => {
    const url = new URL(urls[n % urls.length] ?? '');
    const own =
      typeof paths === 'string' ? new Array<string>(amount / connections).fill(paths) : (paths[n] ?? []);
    return { url, requests: own.map((path) => encode(path, url)) };
  });
  return { connections: planned, visits, mixed: visits.size > 0 && visits.size < encoded.size };
}
