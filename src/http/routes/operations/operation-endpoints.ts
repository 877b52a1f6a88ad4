import { z } from 'zod';
import type { Metrics } from '../../../metrics/create-metrics';
import type { CheckReadiness } from '../../../shared/readiness';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import { HttpProblem } from '../../problem';
import { body, json, problems } from '../../responses';
import { sendBody, sendJson } from '../../send-body';

const healthSchema = z
  .object({ status: z.enum(['live', 'ready']) })
  .meta({ id: 'Health', description: 'The state of the service.' });

/** Creates the health endpoints for the orchestrator. The proxy hides them from outside. */
export function createOperationEndpoints(checkReadiness: CheckReadiness): Endpoint[] {
  return [
    defineEndpoint({
      path: '/-/health/live',
      allowance: 'none',
      audience: 'anyone',
      summary: 'Check that the process runs',
      responses: json('The process runs.', healthSchema),
      handle: (_input, response) => {
        response.set('Cache-Control', 'no-store');
        sendJson(response, { status: 'live' });
      },
    }),
    defineEndpoint({
      path: '/-/health/ready',
      allowance: 'none',
      audience: 'anyone',
      summary: 'Check that requests can be served',
      responses: { ...json('Requests can be served.', healthSchema), ...problems(503) },
      async handle(_input, response) {
        const readiness = await checkReadiness();
        if (!readiness.ready) {
          throw new HttpProblem({ status: 503, code: readiness.code, detail: readiness.detail });
        }
        response.set('Cache-Control', 'no-store');
        sendJson(response, { status: 'ready' });
      },
    }),
  ];
}

/** Creates the metrics endpoint, for Prometheus. */
export function createMetricsEndpoint(metrics: Pick<Metrics, 'render'>): Endpoint {
  return defineEndpoint({
    path: '/-/metrics',
    allowance: 'none',
    audience: 'anyone',
    summary: 'Get metrics for Prometheus',
    responses: body('Metrics in the text format of Prometheus.', 'text'),
    async handle(_input, response) {
      const { type, text } = await metrics.render();
      response.set('Cache-Control', 'no-store');
      sendBody(response, 200, type, text);
    },
  });
}
