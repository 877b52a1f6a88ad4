import { parsePlan } from './plan';
import { listViolations, renderMarkdown } from './report/render-markdown';
import { writeReport } from './report/write-report';
import { runBench } from './run-bench';

async function main(): Promise<void> {
  const plan = parsePlan(process.argv.slice(2), stopOnSignals());
  const report = await runBench(plan, process.env);
  process.stdout.write(`${renderMarkdown(report)}\n`);
  for (const path of writeReport(report, plan.out)) process.stdout.write(`wrote ${path}\n`);
  const violations = listViolations(report.workloads);
  if (violations.length > 0) {
    process.stderr.write(`bench: wrong counts:\n${violations.join('\n')}\n`);
    process.exitCode = 1;
  }
}

/** The first signal stops after the current run and cleans up, the second one at once. */
function stopOnSignals(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) process.exit(130);
      process.stderr.write('\nstopping after the current run; repeat to stop at once\n');
      stopping.abort(new Error('stopped early; no results were written'));
    });
  }
  return stopping.signal;
}

main().catch((error: unknown) => {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
