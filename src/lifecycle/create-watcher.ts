import type { Watcher } from '../http/create-app';
import { isFailure } from '../http/problem';
import { noRoute } from '../http/middleware/request-context';
import type { Agent } from '../instrumentation/agent';

/** Lets the agent watch the requests: it names those of known routes by itself, and is told of the others. */
export function createWatcher(agent: Agent): Watcher {
  return {
    observeResponse: (_request, { context }) => {
      // Else they would go by the name of `GET /`, the path of every router.
      if (context.route === noRoute) agent.nameRequest('unknown path');
    },
    observeProblem: ({ context }, problem, error) => {
      if (isFailure(problem, error)) agent.reportError(error, problem.code, context.id);
    },
  };
}
