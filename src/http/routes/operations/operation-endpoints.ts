import type { Metrics } from '../../../metrics/create-metrics';
import type { CheckReadiness } from '../../../shared/readiness';
import { defineEndpoint, type Endpoint } from '../../define-endpoint';
import { HttpProblem } from '../../problem';
import { healthSchema } from '../history/history-json';
import { body, json, problems } from '../../responses';
import { sendBody, sendJson } from '../../send-body';

/** The routes for the operator and the orchestrator; a proxy keeps them from the outside. */
export function createOperationEndpoints(checkReadiness: CheckReadiness): Endpoint[] {
  return [
    defineEndpoint({
      path: '/-/health/live',
      allowance: 'none',
      summary: 'Say that the process runs',
      responses: json('It runs.', healthSchema),
      handle: (_input, response) => {
        response.set('Cache-Control', 'no-store');
        sendJson(response, { status: 'live' });
      },
    }),
    defineEndpoint({
      path: '/-/health/ready',
      allowance: 'none',
      summary: 'Say whether requests can be served',
      responses: { ...json('They can.', healthSchema), ...problems(503) },
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

/** The route for Prometheus. */
export function createMetricsEndpoint(metrics: Pick<Metrics, 'render'>): Endpoint {
  return defineEndpoint({
    path: '/-/metrics',
    allowance: 'none',
    summary: 'Tell Prometheus how the process is doing',
    responses: body('The metrics in the text format of Prometheus.', 'text'),
    async handle(_input, response) {
      const { type, text } = await metrics.render();
      response.set('Cache-Control', 'no-store');
      sendBody(response, 200, type, text);
    },
  });
}
