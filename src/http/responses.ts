import { z } from 'zod';

/** What an operation may answer with one status: why, and its body in each media type. */
export interface ResponseDescription {
  readonly description: string;
  readonly content: Readonly<Record<string, z.ZodType>>;
  /** Headers of its own, which it may carry. */
  readonly headers?: HeaderSchemas;
}

/** Headers by name. */
export type HeaderSchemas = Readonly<Record<string, z.ZodType>>;

/** All that an operation may answer, by status. */
export type Responses = Readonly<Record<number, ResponseDescription>>;

/** The media types of our answers, as the document names them. */
export const mediaTypes = {
  json: 'application/json',
  problem: 'application/problem+json',
  html: 'text/html',
  text: 'text/plain',
  svg: 'image/svg+xml',
} as const;

/** The body of every refusal and failure. https://www.rfc-editor.org/rfc/rfc9457 */
export const problemSchema = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int().min(400).max(599),
    code: z.string().describe('Stable, for programs.'),
    detail: z.string().describe('For people: what was wrong and what to do next.'),
    request_id: z.string().describe('Finds the request in the log of the service.'),
  })
  .meta({ id: 'Problem', description: 'Why there is no other answer.' });

const reasons = {
  400: 'The path or a parameter cannot be used.',
  404: 'There is nothing here.',
  422: 'The key of the request has recorded a visit to another name.',
  429: 'Too many requests of one client; `Retry-After` says when to ask again. Only where the operator limits them.',
  503: 'Not at the moment; ask again. `Retry-After` says when.',
};

/** Describes a JSON answer with status 200. */
export function json(description: string, schema: z.ZodType, headers: HeaderSchemas = {}): Responses {
  return { 200: { description, content: { [mediaTypes.json]: schema }, headers } };
}

/** Describes an answer with status 200 whose body is text in a format of its own. */
export function body(
  description: string,
  type: Exclude<keyof typeof mediaTypes, 'json'>,
  headers: HeaderSchemas = {},
): Responses {
  return { 200: { description, content: { [mediaTypes[type]]: z.string() }, headers } };
}

/** Describes the problems that an operation may answer with. */
export function problems(...statuses: readonly (keyof typeof reasons)[]): Responses {
  const content = { [mediaTypes.problem]: problemSchema };
  return Object.fromEntries(statuses.map((status) => [status, { description: reasons[status], content }]));
}
