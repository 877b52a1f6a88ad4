import { openHttpSender, type HttpSender } from './http-sender';
import type { Load, LoadResult } from './load';
import { planRequests } from './plan-requests';
import { createRequestTally } from './request-tally';

// Well above any service's own timeouts. One look now and then at all of them is cheaper than a timer for each request.
const timeoutMs = 120_000;
const lookEveryMs = 5000;
// A contender that died refuses at once and for ever.
const mostFailures = 200;

/**
 * Sends a load over HTTP keep-alive connections, spread evenly over the addresses, and waits for every answer. Where a
 * connection is lost, the request under way has no answer, and another connection sends the rest. Runs in this process,
 * on one core.
 * @throws {Error} when a connection cannot be opened at the start, when an answer cannot be read (it has to be HTTP/1.1
 *   with a Content-Length), and after 200 requests without an answer.
 */
export async function runRequests(urls: readonly string[], load: Load): Promise<LoadResult> {
  const tally = createRequestTally(load.amount);
  const senders: HttpSender[] = [];
  const look = setInterval(() => {
    for (const sender of senders) sender.giveUpAfter(timeoutMs);
  }, lookEveryMs);
  try {
    await new Promise<void>((resolve, reject) => {
      let opening = load.connections;
      const opened = (): void => {
        opening -= 1;
        if (opening > 0) return;
        tally.start();
        for (const sender of senders) sender.start();
      };
      for (const { url, requests } of planRequests(urls, load)) {
        const stop = (what: string, cause: Error): void => {
          reject(new Error(`The load on ${url.origin} stopped, ${what}: ${cause.message}`, { cause }));
        };
        const sender = openHttpSender(url, requests, {
          opened,
          answered(status, ms, now) {
            tally.countAnswer(status, ms, now);
            if (tally.isComplete()) resolve();
          },
          failed(error) {
            const failures = tally.countFailure();
            if (failures >= mostFailures) stop(`${failures} requests had no answer`, error);
            else if (tally.isComplete()) resolve();
          },
          stopped: (error) => stop('it cannot go on', error),
        });
        senders.push(sender);
      }
    });
  } finally {
    clearInterval(look);
    for (const sender of senders) sender.close();
  }
  return tally.summarise();
}
