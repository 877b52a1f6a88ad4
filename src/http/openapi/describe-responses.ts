import type { HeaderSchemas, Responses } from '../responses';
import type { HeaderObject, ResponseObject } from './openapi-document';
import { toOutputSchema } from './to-json-schema';

/** Describes the responses of an endpoint, by status. */
export function describeResponses(responses: Responses): Record<string, ResponseObject> {
  return Object.fromEntries(
    Object.entries(responses).map(([status, { description, content, headers = {} }]) => [
      status,
      {
        description,
        ...(Object.keys(headers).length > 0 ? { headers: describeHeaders(headers) } : {}),
        content: Object.fromEntries(
          Object.entries(content).map(([type, schema]) => [type, { schema: toOutputSchema(schema) }]),
        ),
      },
    ]),
  );
}

/** Merges the responses of two endpoints with the same path and status. */
export function mergeResponses(first: ResponseObject | undefined, second: ResponseObject): ResponseObject {
  if (!first) return second;
  const headers = { ...first.headers, ...second.headers };
  return {
    description: `${first.description} ${second.description}`,
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    content: { ...first.content, ...second.content },
  };
}

function describeHeaders(headers: HeaderSchemas): Record<string, HeaderObject> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, header]) => {
      const { description, ...schema } = toOutputSchema(header);
      return [name, { ...(typeof description === 'string' ? { description } : {}), schema }];
    }),
  );
}
