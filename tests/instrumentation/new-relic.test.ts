import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseEnvironment } from '../support/database-environment';
import {
  listMetrics,
  listSpans,
  startNewRelicCollector,
  type NewRelicCollector,
} from '../support/new-relic-collector';
import { startProgram, type ProgramResult } from '../support/run-program';
import { createTestDatabase } from '../support/test-database';
import { waitUntil } from '../support/wait-until.cjs';

const licenceKey = 'f'.repeat(40);
/** Part of every name, query and header of the requests, and of the database errors. */
const secret = 'zaphod';
const traceId = '0af7651916cd43dd8448eb211c80319c';

let collector: NewRelicCollector;
let result: ProgramResult;
let filesLeft: string[];
let requests = 0;
const failed: Record<number, string | null> = {};

// One run of the service; every test checks its traffic or its end.
beforeAll(async () => {
  collector = await startNewRelicCollector();
  const database = await createTestDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'footfall-new-relic-'));
  writeFileSync(join(folder, 'authority.pem'), collector.authority);
  writeFileSync(join(folder, 'licence'), `${licenceKey}\n`);
  const program = startProgram(
    'main.js',
    [],
    {
      PORT: '0',
      ...databaseEnvironment(database.name),
      NEW_RELIC_LICENSE_KEY_FILE: join(folder, 'licence'),
      NEW_RELIC_APP_NAME: 'Counter of visits',
      ...collector.environment,
      NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem'),
      // Trace everything, including statements: the most that can be sent.
      NEW_RELIC_TRACER_THRESHOLD: '0',
      NEW_RELIC_RECORD_SQL: 'raw',
      NEW_RELIC_SLOW_SQL_ENABLED: 'true',
      NEW_RELIC_EXPLAIN_THRESHOLD: '0',
    },
    folder,
  );
  try {
    const [, url = ''] = await program.waitFor(/"url":"(http:[^"]+)"/);
    // The agent sends data a second after it connects. If the service stops meanwhile, the agent's last calls overlap.
    await waitUntil('the first data', 15, () => collector.sent('metric_data').length > 0);
    const ask = async (
      path: string,
      headers: Record<string, string> = {},
      method = 'GET',
    ): Promise<Response> => {
      requests += 1;
      return fetch(url + path, {
        method,
        headers: { Referer: `http://x/${secret}`, Cookie: `u=${secret}`, ...headers },
      });
    };
    await ask(`/${secret}`, { traceparent: `00-${traceId}-b7ad6b7169203331-01` });
    for (const path of [
      '/',
      `/?prefix=${secret}`,
      `/?since=2020-01-01T00:00:00Z&prefix=${secret}`,
      `/-/visitors/${secret}`,
      `/-/visitors/${secret}-unknown`,
      `/it's%20''%20${secret}%20FROM%20${secret}--%24%24`,
      `/-/visitors/it's%20''%20${secret}%20FROM%20${secret}--%24%24`,
      `/-/visitors/${secret}/history`,
      `/-/badge/${secret}.svg`,
      `/-/hit/${secret}.svg`,
      `/${secret}/unknown`,
      `/${secret}%ZZ`,
      `/${secret}%2F`,
      '/favicon.ico',
    ]) {
      await ask(path);
    }
    await ask(`/${secret}`, {}, 'DELETE');
    await ask(`/${secret}`, { 'Sec-Purpose': 'prefetch' });
    await database.query(`ALTER TABLE visitors ADD CHECK (username <> 'no ${secret}')`);
    const refused = await ask(`/no%20${secret}`);
    failed[refused.status] = refused.headers.get('x-request-id');
    await database.query('ALTER TABLE visits RENAME TO elsewhere');
    const unavailable = await ask(`/${secret}`);
    failed[unavailable.status] = unavailable.headers.get('x-request-id');
  } finally {
    program.child.kill('SIGTERM');
    result = await program.result;
    filesLeft = readdirSync(folder);
    rmSync(folder, { recursive: true });
    await database.drop();
    await collector.close();
  }
});

it('names transactions by route pattern', () => {
  const names = new Set(listMetrics(collector).map(({ name }) => name));
  const transactions = [...names].filter((name) => name.startsWith('WebTransaction/')).sort();
  expect(transactions).toEqual([
    'WebTransaction/Custom/unknown path',
    'WebTransaction/Expressjs/DELETE//:username',
    'WebTransaction/Expressjs/GET//',
    'WebTransaction/Expressjs/GET//-/badge/:username.svg',
    'WebTransaction/Expressjs/GET//-/hit/:username.svg',
    'WebTransaction/Expressjs/GET//-/visitors/:username',
    'WebTransaction/Expressjs/GET//-/visitors/:username/history',
    'WebTransaction/Expressjs/GET//:username',
    'WebTransaction/Expressjs/GET//favicon.ico',
  ]);
});

it('reports database statements within requests', () => {
  const scope = 'WebTransaction/Expressjs/GET//:username';
  const statements = listMetrics(collector).filter((metric) => metric.scope === scope);
  // The agent's parser cannot find the table of a statement that begins with WITH.
  expect(statements.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'Datastore/operation/Postgres/other',
      'Datastore/statement/Postgres/visitors/insert',
    ]),
  );
  const queries = listSpans(collector).flatMap(([, , { 'db.statement': query }]) =>
    typeof query === 'string' ? [query] : [],
  );
  expect(queries.some((query) => query.includes('INSERT INTO visits'))).toBe(true);
  expect(queries.filter((query) => query.includes('FROM visitors WHERE username = $'))).not.toHaveLength(0);
});

it('sends no user name and no secret', () => {
  const everything = JSON.stringify(collector.calls);
  expect(everything.length).toBeGreaterThan(10_000);
  expect(collector.sent('transaction_sample_data')).not.toHaveLength(0);
  expect(collector.sent('sql_trace_data')).toHaveLength(0);
  expect(collector.calls.filter((call) => JSON.stringify(call).includes(secret))).toEqual([]);
  expect(everything.includes(databaseEnvironment('any')['DB_PASSWORD']!)).toBe(false);
});

it('reports each failure once, and no refusal', () => {
  const traces = collector.sent('error_data').flatMap((sent) => (sent as [string, unknown[][]])[1]);
  const events = collector
    .sent('error_event_data')
    .flatMap((sent) => (sent as [string, object, object[][]])[2]);
  expect(traces.map(([, transaction, message, type]) => ({ transaction, message, type }))).toEqual([
    { transaction: 'WebTransaction/Expressjs/GET//:username', message: 'internal', type: 'StatementError' },
    {
      transaction: 'WebTransaction/Expressjs/GET//:username',
      message: 'database-unavailable',
      type: 'DomainError',
    },
  ]);
  // The order of events is not defined.
  expect(new Set(events.map(([, attributes]) => attributes))).toEqual(
    new Set([
      { code: 'internal', request_id: failed[500] },
      { code: 'database-unavailable', request_id: failed[503] },
    ]),
  );
  expect(JSON.stringify(traces)).toMatch(/at .*create-statement-runner/);
});

it('continues the trace of a request', () => {
  const entries = listSpans(collector).map(([span]) => span);
  expect(entries.filter((span) => span['traceId'] === traceId && span['nr.entryPoint'])).toEqual([
    expect.objectContaining({ parentId: 'b7ad6b7169203331' }),
  ]);
});

it('sends everything before the service ends', () => {
  const dispatched = listMetrics(collector).filter(({ name }) => name === 'HttpDispatcher');
  expect(dispatched.reduce((sum, { count }) => sum + count, 0)).toBe(requests);
  expect(collector.calls.at(-1)?.method).toBe('shutdown');
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(result.stdout).toContain('"failed":[],"msg":"stopped"');
});

it('uses the configured name', () => {
  expect(collector.sent('connect')).toEqual([[expect.objectContaining({ app_name: ['Counter of visits'] })]]);
});

it('logs JSON lines on stdout and writes no file', () => {
  const lines = result.stdout.trim().split('\n');
  for (const line of lines) expect(JSON.parse(line)).toHaveProperty('msg');
  expect(filesLeft.sort()).toEqual(['authority.pem', 'licence']);
});
