import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { HttpProblem } from './problem';
import { problems, type Responses } from './responses';

/**
 * Which of a client's allowances a request takes from: `visits` records, `badges` are asked for by image proxies for
 * many people, `reads` is everything else. What the operator's own programs ask for takes from `none`.
 */
export type Allowance = 'visits' | 'reads' | 'badges' | 'none';

/** What a handler is given: the parts of the request that its schemas describe, parsed. */
export interface EndpointInput<Params, Query> {
  readonly params: Params;
  readonly query: Query;
}

/** One operation: its path, what it takes, and what it does. */
export interface Endpoint {
  readonly path: string;
  /** One line of purpose, for the reader and for the API document. */
  readonly summary: string;
  /** What the API document says of it: the schemas that validate, and every answer. */
  readonly params: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
  readonly headers: z.ZodType | undefined;
  readonly responses: Responses;
  readonly allowance: Allowance;
  readonly handler: RequestHandler;
  /** Answers HEAD; without it HEAD is answered like GET, as for any read. */
  readonly head?: RequestHandler;
  /** Holds true for the requests that this endpoint leaves to others. */
  readonly skip: ((request: Request) => boolean) | undefined;
}

/** What answers. Whatever it throws or rejects with goes to the error exit. */
export type EndpointHandler<Params, Query> = (
  input: EndpointInput<Params, Query>,
  response: Response,
  request: Request,
) => Promise<void> | void;

/** An endpoint as its author writes it. */
export interface EndpointDefinition<Params, Query> {
  readonly path: string;
  readonly summary: string;
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  /** The headers that matter, for the document alone: the handler reads them itself. */
  readonly headers?: z.ZodType;
  readonly responses: Responses;
  /** `reads` unless it says otherwise. */
  readonly allowance?: Allowance;
  readonly handle: EndpointHandler<Params, Query>;
  readonly head?: EndpointHandler<Params, Query>;
  /** Leaves the requests that it holds true for to the routers after this one. */
  readonly skip?: (request: Request) => boolean;
}

/** Makes an Express handler of schemas and a handler with typed input; bad input is a 400 that names the parameter. */
export function defineEndpoint<Params = undefined, Query = undefined>(
  definition: EndpointDefinition<Params, Query>,
): Endpoint {
  const {
    path,
    summary,
    params,
    query,
    headers,
    responses,
    allowance = 'reads',
    handle,
    head,
    skip,
  } = definition;
  const toHandler =
    (answer: EndpointHandler<Params, Query>): RequestHandler =>
    (request, response, next) => {
      if (skip?.(request)) {
        next('router');
        return;
      }
      response.context.route = path;
      const input = {
        params: params ? parse(params, request.params) : (undefined as Params),
        query: query ? parse(query, request.query) : (undefined as Query),
      };
      return answer(input, response, request);
    };
  return {
    path,
    summary,
    params,
    query,
    headers,
    responses: allowance === 'none' ? responses : { ...problems(429), ...responses },
    allowance,
    handler: toHandler(handle),
    ...(head ? { head: toHandler(head) } : {}),
    skip,
  };
}

function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = issue?.path.join('.') ?? '';
  throw new HttpProblem({
    status: 400,
    code: 'invalid-parameter',
    detail: `The parameter "${name}" cannot be used: ${issue?.message ?? 'it is invalid'}.`,
  });
}
