import autocannon from 'autocannon';
import type { Load, LoadResult } from './load';
import { summariseLoad } from './summarise-load';

// Well above any service's own timeouts: giving up here would send a request again and spoil the count.
const timeoutSeconds = 120;
// A contender that died refuses at once and for ever.
const toleratedErrors = 200;

/**
 * Sends a load over HTTP keep-alive connections, spread evenly over the addresses, and waits for every answer.
 * Runs in this process, on one core.
 */
export async function runRequests(urls: readonly string[], load: Load): Promise<LoadResult> {
  const { amount } = load;
  const latencies = new Float64Array(amount);
  let acknowledged = 0;
  let answered = 0;
  let startedAt = 0;
  let endedAt: number | undefined;
  await new Promise<void>((resolve, reject) => {
    const run = autocannon(toOptions(urls, load), (error) => {
      if (error) reject(error as Error);
      else resolve();
    });
    // By now every request is built and every connection is being opened; none has been answered.
    startedAt = performance.now();
    // The one thing done for each answer: its own histogram would round the latency to whole milliseconds.
    run.on('response', (_client, status, _bytes, latency) => {
      answered += 1;
      if (status >= 200 && status < 300) {
        latencies[acknowledged] = latency;
        acknowledged += 1;
      }
      if (answered === amount) endedAt = performance.now();
    });
  });
  return summariseLoad({
    sent: amount,
    answered,
    latencies: latencies.subarray(0, acknowledged),
    seconds: ((endedAt ?? performance.now()) - startedAt) / 1000,
  });
}

function toOptions(urls: readonly string[], { connections, amount, paths }: Load): autocannon.Options {
  const common = {
    connections,
    amount,
    timeout: timeoutSeconds,
    bailout: toleratedErrors,
    // How often it looks whether it is done; what it samples and aggregates stays unused.
    sampleInt: 100,
    skipAggregateResult: true,
  };
  // Its types leave out that several addresses are taken in turns, a connection each.
  const toUrl = (path: string): string => urls.map((url) => `${url}${path}`) as unknown as string;
  if (typeof paths === 'string') return { ...common, url: toUrl(paths) };
  const sequences = paths.values();
  return {
    ...common,
    url: toUrl(''),
    setupClient: (client) => {
      client.setRequests((sequences.next().value ?? []).map((path) => ({ path })));
    },
  };
}
