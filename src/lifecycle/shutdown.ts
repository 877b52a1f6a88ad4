import { withDeadline } from '../shared/with-deadline';

/** One step of a stop. */
export interface StopStep {
  readonly name: string;
  run(): Promise<void> | void;
}

/** How a stop ended. */
export interface StopReport {
  /** Names of the steps that failed or did not end in time. */
  readonly failed: readonly string[];
}

/**
 * Creates the function that stops the service: the steps run once, in the given order, even after one failed,
 * all within one deadline. A second call waits for the first.
 */
export function createStop(
  steps: readonly StopStep[],
  deadlineMs: number,
  report: (step: string, error: unknown) => void,
): () => Promise<StopReport> {
  let stopping: Promise<StopReport> | undefined;
  return () => (stopping ??= runSteps(steps, deadlineMs, report));
}

async function runSteps(
  steps: readonly StopStep[],
  deadlineMs: number,
  report: (step: string, error: unknown) => void,
): Promise<StopReport> {
  const failed: string[] = [];
  const deadline = performance.now() + deadlineMs;
  for (const step of steps) {
    try {
      const ms = Math.max(deadline - performance.now(), 1000);
      await withDeadline(Promise.resolve(step.run()), ms, () => {
        throw new Error(`not done after ${Math.round(ms)} ms`);
      });
    } catch (error) {
      failed.push(step.name);
      report(step.name, error);
    }
  }
  return { failed };
}
