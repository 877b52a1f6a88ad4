import { describeProduct } from '../../shared/product';
import { createToPath, type ToPath } from '../base-path';
import type { Endpoint, Method } from '../define-endpoint';
import { problems } from '../responses';
import { describeParameters } from './describe-parameters';
import { describeResponses, mergeResponses } from './describe-responses';
import type { OpenApiDocument, OperationObject, PathItemObject } from './openapi-document';
import { listComponents } from './to-json-schema';

const description = [
  'Footfall counts visits. Only `GET` and `POST /{username}`, `POST /-/visits` and `GET /-/hit/{username}.svg` record a visit.',
  'Every path supports OPTIONS, and HEAD where it supports GET. Other methods get 405 with `Allow`.',
  'Pages of any origin may record, and read the number of a name. Everything else is for pages of this origin and of the setting `CORS_ORIGINS`.',
  'If the operator has set a read key, lists, histories and pages need it. Numbers may need it too, but recording never does.',
  'HEAD returns the headers of GET and records nothing.',
  'Errors are problem documents (RFC 9457), or pages for clients that prefer HTML.',
  'Requests must not have a body, except POST with at most 1 KB, which is ignored (413). The length of path, query and headers is limited (414, 431).',
].join('\n\n');

const securitySchemes = {
  readKey: { type: 'http', scheme: 'bearer', description: 'The read key, if the operator has set one.' },
};

const atRoot = { url: '/', description: 'The service itself, which the proxy hides.' };

/** A group of endpoints under one tag. */
export interface DescribedMount {
  readonly tag: string;
  readonly purpose: string;
  readonly endpoints: readonly Endpoint[];
  readonly isAtRoot?: boolean;
}

/**
 * Creates the OpenAPI document of the endpoints, from the schemas that validate their input and
 * type their responses. Endpoints with the same path, such as a page and a list, become one
 * operation.
 */
export function createOpenApiDocument(
  mounts: readonly DescribedMount[],
  toPath: ToPath = createToPath(),
): OpenApiDocument {
  const basePath = toPath('');
  const paths = new Map<string, PathItemObject>();
  for (const { tag, endpoints, isAtRoot } of mounts) {
    const servers = isAtRoot && basePath !== '' ? { servers: [atRoot] } : {};
    for (const endpoint of endpoints) {
      const path = toTemplate(endpoint.path);
      const item = { ...servers, ...describeEndpoint(path, tag, endpoint) };
      paths.set(path, mergeItems(paths.get(path), item));
    }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Footfall',
      version: describeProduct().version,
      description,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: basePath || '/', description: 'The service that sent this document.' }],
    tags: mounts.map(({ tag, purpose }) => ({ name: tag, description: purpose })),
    paths: Object.fromEntries(paths),
    components: { schemas: listComponents(), securitySchemes },
  };
}

// Express writes a path parameter as :name.
function toTemplate(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}');
}

function describeEndpoint(path: string, tag: string, endpoint: Endpoint): PathItemObject {
  const { methods, allowance, head } = endpoint;
  const operations: PathItemObject = Object.fromEntries(
    methods.map((method) => [method.toLowerCase(), describeOperation(method, path, tag, endpoint)]),
  );
  if (!head) return operations;
  const headers = {
    200: { description: 'The headers of GET. Nothing is recorded.' },
    400: { description: 'The name is invalid.' },
    404: { description: 'No visit to this name is counted.' },
    ...(allowance === 'none' ? {} : { 429: { description: 'Too many requests from this client.' } }),
  };
  return {
    ...operations,
    head: {
      operationId: toOperationId('head', path),
      summary: 'Get only the headers, without recording a visit',
      tags: [tag],
      parameters: describeParameters('path', endpoint.params),
      security: describeSecurity(endpoint),
      responses: headers,
    },
  };
}

function describeOperation(method: Method, path: string, tag: string, endpoint: Endpoint): OperationObject {
  const { summary, params, query, headers, responses } = endpoint;
  return {
    operationId: toOperationId(method.toLowerCase(), path),
    summary,
    tags: [tag],
    parameters: [
      ...describeParameters('path', params),
      ...describeParameters('query', query),
      ...describeParameters('header', headers),
    ],
    security: describeSecurity(endpoint),
    responses: describeResponses(method === 'POST' ? { ...responses, ...problems(413) } : responses),
  };
}

// Without a read key of the operator, everybody may read.
function describeSecurity({ audience }: Endpoint): OperationObject['security'] {
  return audience === 'anyone' ? [] : [{}, { readKey: [] }];
}

function toOperationId(method: string, path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return [method, ...(words.length > 0 ? words : ['list'])].join('_');
}

function mergeItems(first: PathItemObject | undefined, second: PathItemObject): PathItemObject {
  if (!first?.get || !second.get) return { ...first, ...second };
  return { ...first, ...second, get: mergeOperations(first.get, second.get) };
}

/** Merges the operation of a page with that of the JSON endpoint at the same path. */
function mergeOperations(page: OperationObject, json: OperationObject): OperationObject {
  const known = new Set(json.parameters.map(({ name }) => name));
  const ofPage = page.parameters
    .filter(({ name }) => !known.has(name))
    .map((parameter) => ({ ...parameter, description: `Only for the page: ${parameter.description ?? ''}` }));
  const responses = { ...page.responses };
  for (const [status, response] of Object.entries(json.responses)) {
    responses[status] = mergeResponses(responses[status], response);
  }
  return {
    ...page,
    summary: `${page.summary}; ${json.summary.toLowerCase()}`,
    tags: [...page.tags, ...json.tags],
    parameters: [...json.parameters, ...ofPage],
    responses,
  };
}
