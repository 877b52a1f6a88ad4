import { createServer } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, inflateSync } from 'node:zlib';
import { generate } from 'selfsigned';

/** One call of the agent to the collector. */
export interface CollectorCall {
  readonly method: string;
  /** The body, with every part decoded. */
  readonly data: unknown;
}

/** A New Relic collector on this machine that keeps everything an agent sends. */
export interface NewRelicCollector {
  readonly port: number;
  /** The certificate authority of its certificate, as PEM. */
  readonly authority: string;
  readonly calls: readonly CollectorCall[];
  /** The settings with which an agent finds it; they do not include its certificate authority. */
  readonly environment: Readonly<Record<string, string>>;
  /** Returns the bodies of the calls of one method, in order. */
  sent(method: string): unknown[];
  close(): Promise<void>;
}

/** Responses of protocol version 17 that an agent needs; every other call is answered with null. */
const answers: Record<string, (port: number) => unknown> = {
  preconnect: (port) => ({ redirect_host: `localhost:${port}` }),
  connect: () => ({
    agent_run_id: 'run-1',
    account_id: '1',
    primary_application_id: '1',
    trusted_account_key: '1',
    data_report_period: 60,
    collect_traces: true,
    collect_errors: true,
    collect_error_events: true,
    collect_span_events: true,
    // Settings that an account can make on New Relic's pages; the agent of the service must ignore them.
    agent_config: { 'transaction_tracer.record_sql': 'raw', 'slow_sql.enabled': true },
    event_harvest_config: {
      report_period_ms: 60_000,
      harvest_limits: { analytic_event_data: 1000, error_event_data: 1000, span_event_data: 2000 },
    },
  }),
};

/** Starts a collector on a free port of `localhost`, with TLS and a new certificate authority. */
export async function startNewRelicCollector(): Promise<NewRelicCollector> {
  const authority = await generate([{ name: 'commonName', value: 'Collector authority' }], {
    extensions: [{ name: 'basicConstraints', cA: true }],
  });
  const issued = await generate([{ name: 'commonName', value: 'localhost' }], {
    ca: { key: authority.private, cert: authority.cert },
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  const calls: CollectorCall[] = [];
  const server = createServer({ cert: issued.cert, key: issued.private }, (request, response) => {
    void readBody(request).then((body) => {
      const method = new URL(request.url ?? '', 'https://localhost').searchParams.get('method') ?? '';
      calls.push({ method, data: decodeParts(JSON.parse(body.toString())) });
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ return_value: answers[method]?.(port) ?? null }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    authority: authority.cert,
    calls,
    environment: { NEW_RELIC_HOST: 'localhost', NEW_RELIC_PORT: String(port) },
    sent: (method) => calls.filter((call) => call.method === method).map(({ data }) => data),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A metric of the agent. */
export interface CountedMetric {
  readonly name: string;
  /** The transaction that the metric belongs to; undefined for the sum of all transactions. */
  readonly scope: string | undefined;
  readonly count: number;
}

/** Lists the metrics of every harvest. */
export function listMetrics(collector: NewRelicCollector): CountedMetric[] {
  type Harvest = [runId: string, begin: number, end: number, [{ name: string; scope?: string }, number[]][]];
  return collector
    .sent('metric_data')
    .flatMap((sent) => (sent as Harvest)[3])
    .map(([{ name, scope }, [count = 0]]) => ({ name, scope, count }));
}

/** A span as it is sent: attributes of the protocol, of the service, and of the agent. */
export type SentSpan = readonly [
  intrinsics: Readonly<Record<string, unknown>>,
  custom: Readonly<Record<string, unknown>>,
  attributes: Readonly<Record<string, unknown>>,
];

/** Lists the spans of every harvest. */
export function listSpans(collector: NewRelicCollector): SentSpan[] {
  return collector.sent('span_event_data').flatMap((sent) => (sent as [string, object, SentSpan[]])[2]);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

// Traces are sent as deflated JSON in Base64 inside the JSON.
function decodeParts(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(decodeParts);
  if (typeof part === 'string' && /^eJ[\w+/]{20,}=*$/.test(part)) {
    return JSON.parse(inflateSync(Buffer.from(part, 'base64')).toString()) as unknown;
  }
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, decodeParts(value)]));
}
