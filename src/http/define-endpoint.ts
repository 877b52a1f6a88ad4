import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { HttpProblem } from './problem';
import { problems, type Responses } from './responses';

/**
 * The rate limit that counts a request: `visits` for recording, `badges` because image proxies
 * request them for many people, `reads` for everything else. Requests of the operator's own
 * programs have `none`.
 */
export type Allowance = 'visits' | 'reads' | 'badges' | 'none';

/**
 * Who may read what an endpoint answers, if the operator has set a read key: `anyone`, clients that may read the
 * number of a name (`numbers`), or clients with the key (`readers`).
 */
export type Audience = 'anyone' | 'numbers' | 'readers';

/** A method with a handler. HEAD belongs to GET, and every path answers OPTIONS. */
export type Method = 'GET' | 'POST';

/** The parsed parts of a request. */
export interface EndpointInput<Params, Query> {
  readonly params: Params;
  readonly query: Query;
}

/** One path of the API: its input, its responses and its handler. */
export interface Endpoint {
  readonly path: string;
  readonly methods: readonly Method[];
  /** One line of purpose, shown in the API document. */
  readonly summary: string;
  /** Shown in the API document; `params` and `query` also validate. */
  readonly params: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
  readonly headers: z.ZodType | undefined;
  readonly responses: Responses;
  readonly allowance: Allowance;
  readonly audience: Audience;
  readonly handler: RequestHandler;
  /** Answers HEAD; without it, `handler` does. */
  readonly head?: RequestHandler;
  /** True for requests that this endpoint leaves to later routers. */
  readonly skip: ((request: Request) => boolean) | undefined;
}

/** Sends the response. What it throws goes to the error handler. */
export type EndpointHandler<Params, Query> = (
  input: EndpointInput<Params, Query>,
  response: Response,
  request: Request,
) => Promise<void> | void;

/** What `defineEndpoint` takes. */
export interface EndpointDefinition<Params, Query> {
  readonly path: string;
  /** Default: GET. A handler of several methods does the same for each of them. */
  readonly methods?: readonly Method[];
  readonly summary: string;
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  /** Only for the API document: the handler reads headers itself. */
  readonly headers?: z.ZodType;
  readonly responses: Responses;
  /** Default: `reads`. */
  readonly allowance?: Allowance;
  /** Default: `readers`, so that an endpoint is closed unless it says otherwise. */
  readonly audience?: Audience;
  readonly handle: EndpointHandler<Params, Query>;
  readonly head?: EndpointHandler<Params, Query>;
  readonly skip?: (request: Request) => boolean;
}

/**
 * Creates an endpoint whose handler gets typed input; invalid input is a 400 that names the
 * parameter.
 */
export function defineEndpoint<Params = undefined, Query = undefined>(
  definition: EndpointDefinition<Params, Query>,
): Endpoint {
  const { path, summary, params, query, headers, responses } = definition;
  const { methods = ['GET'], allowance = 'reads', audience = 'readers', handle, head, skip } = definition;
  // Most requests have no query, so its defaults are parsed once.
  const defaults = query?.safeParse({});
  const parseQuery = (schema: z.ZodType<Query>, request: Request): Query =>
    defaults?.success && !request.url.includes('?') ? defaults.data : parse(schema, request.query);
  const toHandler =
    (answer: EndpointHandler<Params, Query>): RequestHandler =>
    (request, response) => {
      response.context.route = path;
      const input = {
        params: params ? parse(params, request.params) : (undefined as Params),
        query: query ? parseQuery(query, request) : (undefined as Query),
      };
      return answer(input, response, request);
    };
  return {
    path,
    methods,
    summary,
    params,
    query,
    headers,
    responses: {
      ...(allowance === 'none' ? {} : problems(429)),
      ...(audience === 'anyone' ? {} : problems(401)),
      ...responses,
    },
    allowance,
    audience,
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
    detail: `"${name}" ${issue?.message ?? 'is invalid'}.`,
  });
}
