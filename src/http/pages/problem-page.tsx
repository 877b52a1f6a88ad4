import { STATUS_CODES } from 'node:http';
import type { Request, Response } from 'express';
import { sendProblem, type Problem, type SendProblem } from '../problem';
import { Body } from '../render-once';
import { Document } from './document';
import { toOwnPage } from './own-page';
import { renderPage, sendPage } from './send-page';
import { SignInPage } from './sign-in-page';
import { useToPath } from './use-to-path';
import type { WebAssets } from './web-assets';

/** The problems that the sign-in solves, and whether its page says why it is shown. */
const signInProblems: ReadonlyMap<string, { readonly isExplained: boolean }> = new Map([
  ['read-key-required', { isExplained: false }],
  ['invalid-read-key', { isExplained: true }],
  ['too-many-read-keys', { isExplained: true }],
]);

/**
 * Creates the sender of problems as a page: what is wrong, and a link to the dashboard. If the read key is missing or
 * wrong, it is the page that asks for it.
 * @param findNext returns the page to show after the sign-in, by default the one that was requested
 */
export function createProblemPageSender(
  assets: WebAssets,
  findNext = ({ originalUrl }: Request, { context }: Response): string =>
    toOwnPage(originalUrl, context.toPath),
): SendProblem {
  return (request, response, problem) => {
    if (response.headersSent) {
      sendProblem(request, response, problem);
      return;
    }
    response.set({ ...problem.headers });
    const signIn = signInProblems.get(problem.code);
    const page = signIn ? (
      <SignInPage
        assets={assets}
        next={findNext(request, response)}
        reason={signIn.isExplained ? problem.detail : undefined}
      />
    ) : (
      <ProblemPage assets={assets} problem={problem} requestId={response.context.id} />
    );
    sendPage(request, response, problem.status, new Body(renderPage(page, response.context.toPath))).catch(
      (error: unknown) => {
        response.destroy(error as Error);
      },
    );
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
  const toPath = useToPath();
  return (
    <Document assets={assets} title={title}>
      <section class="problem">
        <h1>{title}</h1>
        <p dir="auto">{detail}</p>
        <p>
          <a href={toPath('/')}>Show all visitors</a>
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
