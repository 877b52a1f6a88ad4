import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { Request, Response as ExpressResponse, Router } from 'express';
import { createMetrics } from '../../src/metrics/create-metrics';
import { createApp } from '../../src/http/create-app';
import { createToPath } from '../../src/http/base-path';
import { createReaderSession } from '../../src/http/middleware/reader-session';
import type {
  OpenApiDocument,
  OperationObject,
  ResponseObject,
} from '../../src/http/openapi/openapi-document';
import { loadWebAssets } from '../../src/http/pages/web-assets';
import { createServices } from '../../src/services/create-services';
import { createLogger } from '../../src/shared/logger';
import { startServiceOn, startTestService, type TestService } from '../support/test-service';

let service: TestService;
let api: OpenApiDocument;
let validate: (schema: object, value: unknown) => string[];
beforeAll(async () => {
  service = await startTestService();
  await service.http.get('/alice').expect(200);
  await service.http.get('/somebody-else').set('Idempotency-Key', otherKey).expect(200);
  api = (await service.http.get('/-/openapi.json').expect(200)).body as OpenApiDocument;
  const ajv = new Ajv2020({ allErrors: true, strict: true });
  addFormats(ajv);
  ajv.addVocabulary(['components']);
  const checks = new Map<object, ValidateFunction>();
  validate = (schema, value) => {
    const check = checks.get(schema) ?? ajv.compile({ ...schema, components: api.components });
    checks.set(schema, check);
    return check(value)
      ? []
      : (check.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
  };
});
afterAll(() => service.stop());

/** A key that was used for another name. */
const otherKey = 'taken';

/** Values of the path parameters: one that succeeds, and others that fail. */
const pathValues: Record<string, { good: string; others: string[] }> = {
  username: { good: 'alice', others: ['nobody-yet', '%00'] },
  variant: { good: '-120x120', others: [] },
  file: { good: '', others: ['nothing.js'] },
};

/** Values of the query parameters that must be given. */
const queryValues: Record<string, string> = { name: 'alice' };

interface Attempt {
  readonly base: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly operation: OperationObject;
}

function listOperations(): Operation[] {
  const operations = Object.entries(api.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      name: `${method} ${path}`,
      method,
      path,
      operation: operation as OperationObject,
    })),
  );
  // Recording comes last, because it creates visitors with names that must be unknown before.
  const records = ({ path }: Operation): number => Number(path === '/{username}' || path === '/-/visits');
  return operations.sort((a, b) => records(a) - records(b));
}

async function findAsset(): Promise<string> {
  const { text } = await service.http.get('/').set('Accept', 'text/html');
  return /\/-\/assets\/([^"]+)/.exec(text)![1]!;
}

function fillPath({ path, operation }: Operation): { good: string; others: string[] } {
  const parameters = operation.parameters.filter((parameter) => parameter.in === 'path');
  const good = parameters.reduce(
    (filled, { name }) => filled.replace(`{${name}}`, pathValues[name]!.good),
    path,
  );
  const others = parameters.flatMap(({ name }) =>
    pathValues[name]!.others.map((value) => path.replace(`{${name}}`, value)),
  );
  const query = operation.parameters.filter((parameter) => parameter.in === 'query');
  const twice = query.map(({ name }) => `${good}?${name}=1&${name}=2`);
  const needed = query.filter(({ required }) => required).map(({ name }) => `${name}=${queryValues[name]!}`);
  if (needed.length === 0) return { good, others: [...others, ...twice] };
  return { good: `${good}?${needed.join('&')}`, others: [...others, ...twice, good] };
}

const readKey = 'a-key-of-the-tests-only';

/** Services on the same database: without a database, with rate limits, with rules of what is counted, with a key. */
interface OtherServices {
  readonly cut: string;
  readonly limited: string;
  readonly closed: string;
  readonly guarded: string;
}

function listAttempts(operation: Operation, { cut, limited, closed, guarded }: OtherServices): Attempt[] {
  const { good, others } = fillPath(operation);
  const types = new Set(
    Object.values(operation.operation.responses).flatMap(({ content = {} }) => Object.keys(content)),
  );
  return [...(types.size === 0 ? ['*/*'] : types)].flatMap((type) => {
    const headers = { Accept: type };
    return [
      ...[good, ...others].map((path) => ({ base: service.url, path, headers })),
      { base: service.url, path: good, headers: { ...headers, 'Sec-Purpose': 'prefetch' } },
      { base: cut, path: good, headers },
      ...('304' in operation.operation.responses
        ? [
            {
              base: service.url,
              path: good,
              headers: { ...headers, 'If-None-Match': '*', 'Cache-Control': 'max-age=0' },
            },
          ]
        : []),
      ...(operation.method === 'post'
        ? [{ base: service.url, path: good, headers, body: 'x'.repeat(1025) }]
        : []),
      // At the latest the second request exceeds the limit.
      { base: limited, path: good, headers },
      { base: limited, path: good, headers },
      { base: closed, path: good, headers: { ...headers, 'User-Agent': 'Googlebot/2.1' } },
      ...others.map((path) => ({ base: closed, path, headers })),
      { base: closed, path: good.replace(/\bname=[^&]*/, 'name=nobody-yet'), headers },
      ...listKeyedAttempts(operation, good, headers),
      { base: guarded, path: good, headers },
      ...listSignInAttempts(operation, guarded, headers),
    ];
  });
}

/** The first use of a key, a repeat, an invalid key, and a key that was used for another name. */
function listKeyedAttempts(
  { operation }: Operation,
  path: string,
  headers: Record<string, string>,
): Attempt[] {
  if (!operation.parameters.some((parameter) => parameter.in === 'header')) return [];
  const keys = [operation.operationId, operation.operationId, 'é', otherKey];
  return keys.map((key) => ({ base: service.url, path, headers: { ...headers, 'Idempotency-Key': key } }));
}

/** A right key, the session that it began, forms of another origin, and more wrong keys than are checked. */
function listSignInAttempts({ path }: Operation, base: string, headers: Record<string, string>): Attempt[] {
  if (!path.startsWith('/-/sign-')) return [];
  const session = createReaderSession(readKey);
  let Cookie = '';
  const keep = (name: string, value: string): void => {
    Cookie = `${name}=${value}`;
  };
  const response = { cookie: keep, context: { toPath: createToPath() } };
  session.begin({ headers: {} } as unknown as Request, response as unknown as ExpressResponse);
  const body = `key=${readKey}`;
  return [
    { base, path, headers, body },
    { base, path, headers: { ...headers, Cookie } },
    { base, path, headers: { ...headers, Origin: 'https://elsewhere.example' }, body },
    ...Array.from({ length: 6 }, () => ({ base, path, headers, body: 'key=wrong' })),
  ];
}

/** Reads the body, or what has arrived first of a stream. */
async function readText(response: Response): Promise<string> {
  if (response.headers.get('content-type') !== 'text/event-stream') return response.text();
  const reader = response.body!.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value);
}

async function findFaults(response: Response, described: ResponseObject | undefined): Promise<string[]> {
  if (!described) return [`${response.status} is not in the document`];
  const text = await readText(response);
  if (Object.keys(described.content ?? {}).length === 0) return text === '' ? [] : ['there is a body'];
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  for (const [name, header] of Object.entries(described.headers ?? {})) {
    const value = response.headers.get(name);
    if (value !== null && validate(header.schema, value).length > 0) return [`${name} is ${value}`];
  }
  const content = described.content?.[type];
  if (!content) return [`${type} is not in the document for ${response.status}`];
  return validate(content.schema, type.endsWith('json') ? JSON.parse(text) : text);
}

it('answers every operation with exactly the documented statuses and schemas', async () => {
  pathValues['file']!.good = await findAsset();
  const cut = await startServiceOn(service.database, { DB_PORT: '1' });
  const limited = await startServiceOn(service.database, {
    RATE_LIMIT_VISITS: '1',
    RATE_LIMIT_READS: '1',
    RATE_LIMIT_BADGES: '1',
  });
  const closed = await startServiceOn(service.database, { BOTS: 'ignore', RESERVED_NAMES: 'nobody-*' });
  const guarded = await startServiceOn(service.database, { READ_KEY: readKey, PUBLIC: 'nothing' });
  const urls = { cut: cut.url, limited: limited.url, closed: closed.url, guarded: guarded.url };
  try {
    for (const operation of listOperations()) {
      const seen = new Set<string>();
      for (const { base, path, headers, body = null } of listAttempts(operation, urls)) {
        const response = await fetch(`${base}${path}`, {
          method: operation.method.toUpperCase(),
          headers,
          redirect: 'manual',
          ...(operation.method === 'post' ? { body } : {}),
        });
        seen.add(String(response.status));
        const described = operation.operation.responses[String(response.status)];
        const faults = await findFaults(response, described);
        expect({ operation: operation.name, path, headers, faults }).toMatchObject({ faults: [] });
      }
      const documented = Object.keys(operation.operation.responses);
      expect([operation.name, [...seen].sort()]).toEqual([operation.name, documented.sort()]);
    }
  } finally {
    await cut.stop();
    await limited.stop();
    await closed.stop();
    await guarded.stop();
  }
}, 180_000);

it('documents exactly the mounted routes', () => {
  const settings = service.database.settings();
  const app = createApp({
    logger: createLogger({ level: 'silent', pretty: false }),
    services: createServices({
      run: () => Promise.resolve([]),
      recording: settings.recording,
      answerWithinMs: settings.answerWithinMs,
    }),
    checkReadiness: () => Promise.resolve({ ready: true }),
    metrics: createMetrics('0.0.0'),
    assets: loadWebAssets(join(__dirname, '..', '..')),
    limits: settings.http,
  });
  const mounted = new Set(
    listRoutes(app.router as unknown as Router).map((path) => path.replace(/:(\w+)/g, '{$1}')),
  );
  expect([...mounted].sort()).toEqual(Object.keys(api.paths).sort());
});

function listRoutes({ stack }: Router): string[] {
  return stack.flatMap(({ route, handle }) => {
    if (route) return [route.path];
    return 'stack' in handle ? listRoutes(handle as unknown as Router) : [];
  });
}

it('gives each operation a unique id', () => {
  const ids = listOperations().map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

it('shows every operation on the page', async () => {
  const { text, headers } = await service.http.get('/-/docs').expect(200);
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  for (const { operation, path } of listOperations()) {
    // Files that are always refused are one line.
    const isRefused = Object.keys(operation.responses).every((status) => status >= '400');
    expect(text).toContain(isRefused ? `<code>${path}</code>` : `id="${operation.operationId}"`);
  }
  expect(text).not.toMatch(/<style|<script>|style="/);
});
