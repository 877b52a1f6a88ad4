import type { Endpoint } from '../define-endpoint';
import { describeParameters } from './describe-parameters';
import { describeResponses, mergeResponses } from './describe-responses';
import type { OpenApiDocument, OperationObject, PathItemObject } from './openapi-document';
import { listComponents } from './to-json-schema';

/** The version of the interface, not of the program: its first number changes when clients have to. */
const apiVersion = '1.0.0';

const description = [
  'Footfall counts visits. `GET /{username}` and `GET /-/hit/{username}.svg` record one; nothing else does.',
  'Every path answers GET, HEAD and OPTIONS; any other method is a 405 with `Allow`.',
  'HEAD answers as GET does, without a body, and records nothing.',
  'Refusals and failures are problem documents (RFC 9457), whatever the path.',
  'No request has a body (413), and path, query and headers are limited in length (414, 431).',
].join('\n\n');

/** The part of a mount that the document is made of. */
export interface DescribedMount {
  readonly purpose: string;
  readonly endpoints: readonly Endpoint[];
}

/**
 * Describes every endpoint of the route table, from the schemas that validate its input and type its answers.
 * Endpoints that share a path, a page and a list, become one operation with two media types.
 */
export function createOpenApiDocument(mounts: readonly DescribedMount[]): OpenApiDocument {
  const paths = new Map<string, PathItemObject>();
  for (const { purpose, endpoints } of mounts) {
    for (const endpoint of endpoints) {
      const path = toTemplate(endpoint.path);
      paths.set(path, mergeItems(paths.get(path), describeEndpoint(path, purpose, endpoint)));
    }
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Footfall', version: apiVersion, description },
    tags: mounts.map(({ purpose }) => ({ name: purpose })),
    paths: Object.fromEntries(paths),
    components: { schemas: listComponents() },
  };
}

// Express writes a parameter as :name.
function toTemplate(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}');
}

function describeEndpoint(path: string, purpose: string, endpoint: Endpoint): PathItemObject {
  const { summary, params, query, headers: requestHeaders, responses, allowance, head } = endpoint;
  const get: OperationObject = {
    operationId: toOperationId('get', path),
    summary,
    tags: [purpose],
    parameters: [
      ...describeParameters('path', params),
      ...describeParameters('query', query),
      ...describeParameters('header', requestHeaders),
    ],
    responses: describeResponses(responses),
  };
  if (!head) return { get };
  const headers = {
    200: { description: 'The headers of the answer; nothing is recorded.' },
    400: { description: 'The name cannot be used.' },
    ...(allowance === 'none' ? {} : { 429: { description: 'Too many requests of one client.' } }),
  };
  return {
    get,
    head: {
      operationId: toOperationId('head', path),
      summary: 'Ask for the headers alone, without recording a visit',
      tags: [purpose],
      parameters: get.parameters.filter((parameter) => parameter.in === 'path'),
      responses: headers,
    },
  };
}

function toOperationId(method: string, path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return [method, ...(words.length > 0 ? words : ['list'])].join('_');
}

function mergeItems(first: PathItemObject | undefined, second: PathItemObject): PathItemObject {
  return first ? { ...first, ...second, get: mergeOperations(first.get, second.get) } : second;
}

function mergeOperations(first: OperationObject, second: OperationObject): OperationObject {
  const known = new Set(first.parameters.map(({ name }) => name));
  const responses = { ...first.responses };
  for (const [status, response] of Object.entries(second.responses)) {
    responses[status] = mergeResponses(responses[status], response);
  }
  return {
    ...first,
    summary: `${first.summary}; ${second.summary.toLowerCase()}`,
    tags: [...first.tags, ...second.tags],
    parameters: [...first.parameters, ...second.parameters.filter(({ name }) => !known.has(name))],
    responses,
  };
}
