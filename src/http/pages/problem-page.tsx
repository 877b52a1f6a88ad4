import { STATUS_CODES } from 'node:http';
import { sendProblem, type Problem, type SendProblem } from '../problem';
import { Body } from '../render-once';
import { Document } from './document';
import { renderPage, sendPage } from './send-page';
import type { WebAssets } from './web-assets';

/** Creates the sender of problems as a page: what is wrong, and a link to the dashboard. */
export function createProblemPageSender(assets: WebAssets): SendProblem {
  return (request, response, problem) => {
    if (response.headersSent) {
      sendProblem(request, response, problem);
      return;
    }
    response.set({ ...problem.headers });
    const page = <ProblemPage assets={assets} problem={problem} requestId={response.context.id} />;
    sendPage(request, response, problem.status, new Body(renderPage(page))).catch((error: unknown) => {
      response.destroy(error as Error);
    });
  };
}

interface ProblemPageProps {
  readonly assets: WebAssets;
  readonly problem: Problem;
  readonly requestId: string;
}

function ProblemPage({ assets, problem, requestId }: ProblemPageProps) {
  const { status, detail } = problem;
  const title = STATUS_CODES[status] ?? 'Error';
  return (
    <Document assets={assets} title={title}>
      <section class="problem">
        <h1>{title}</h1>
        <p dir="auto">{detail}</p>
        <p>
          <a href="/">Show all visitors</a>
        </p>
        {status >= 500 && (
          <p class="hint">
            Status {status}, request <code>{requestId}</code>
          </p>
        )}
      </section>
    </Document>
  );
}
