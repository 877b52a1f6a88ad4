import { z } from 'zod';

/** The response of an endpoint with one status: its meaning, and its body in each media type. */
export interface ResponseDescription {
  readonly description: string;
  readonly content: Readonly<Record<string, z.ZodType>>;
  /** Optional headers of this response. */
  readonly headers?: HeaderSchemas;
}

/** Headers by name. */
export type HeaderSchemas = Readonly<Record<string, z.ZodType>>;

/** Every response of an endpoint, by status. */
export type Responses = Readonly<Record<number, ResponseDescription>>;

/** The media types of the responses. */
export const mediaTypes = {
  json: 'application/json',
  problem: 'application/problem+json',
  html: 'text/html',
  text: 'text/plain',
  svg: 'image/svg+xml',
  events: 'text/event-stream',
} as const;

/** The body of every problem. https://www.rfc-editor.org/rfc/rfc9457 */
export const problemSchema = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int().min(400).max(599),
    code: z.string().describe('Stable; programs can rely on it.'),
    detail: z.string().describe('For people: what is wrong and what to do next.'),
    request_id: z.string().describe('The id of this request in the log of the service.'),
  })
  .meta({ id: 'Problem', description: 'Why a request was refused or failed.' });

const reasons = {
  400: 'The path or a parameter is invalid.',
  401: 'The read key is missing or wrong. Only if the operator has set one.',
  404: 'Not found.',
  413: 'The body is larger than 1 KB. Nothing was recorded.',
  422: 'This key was already used to record a visit to another name.',
  429: 'Too many requests from this client. Retry after the seconds in `Retry-After`. Only if the operator has set limits.',
  503: 'Temporarily unavailable. Retry after the seconds in `Retry-After`, if present.',
};

/** Describes a JSON response with status 200. */
export function json(description: string, schema: z.ZodType, headers: HeaderSchemas = {}): Responses {
  return { 200: { description, content: { [mediaTypes.json]: schema }, headers } };
}

/** Describes a response with status 200 whose body is text of another media type. */
export function body(
  description: string,
  type: Exclude<keyof typeof mediaTypes, 'json'>,
  headers: HeaderSchemas = {},
): Responses {
  return { 200: { description, content: { [mediaTypes[type]]: z.string() }, headers } };
}

/** Describes the problems of an endpoint. */
export function problems(...statuses: readonly (keyof typeof reasons)[]): Responses {
  const content = { [mediaTypes.problem]: problemSchema };
  return Object.fromEntries(statuses.map((status) => [status, { description: reasons[status], content }]));
}
