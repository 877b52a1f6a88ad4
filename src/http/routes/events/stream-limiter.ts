import type { Request } from 'express';
import { identifyClient } from '../../middleware/client-address';
import { HttpProblem } from '../../problem';

/** Streams that may be open at once. */
export interface StreamLimits {
  readonly most: number;
  readonly perClient: number;
}

/**
 * Takes a place for a stream, and returns the function that gives it back.
 * @throws {HttpProblem} 429 `too-many-streams`, 503 `streams-full`.
 */
export type StreamLimiter = (request: Request) => () => void;

/** Creates the limiter of a process. */
export function createStreamLimiter({ most, perClient }: StreamLimits): StreamLimiter {
  const byClient = new Map<string, number>();
  let open = 0;
  return (request) => {
    const client = identifyClient(request);
    const own = byClient.get(client) ?? 0;
    if (own >= perClient) {
      throw refuse(
        429,
        'too-many-streams',
        `Your address has ${own} open streams. Close one, or poll instead.`,
      );
    }
    if (open >= most) throw refuse(503, 'streams-full', 'No more streams can be opened. Poll instead.');
    open += 1;
    byClient.set(client, own + 1);
    return () => {
      open -= 1;
      const left = (byClient.get(client) ?? 1) - 1;
      if (left > 0) byClient.set(client, left);
      else byClient.delete(client);
    };
  };
}

function refuse(status: number, code: string, detail: string): HttpProblem {
  return new HttpProblem({ status, code, detail, headers: { 'Retry-After': '30' } });
}
