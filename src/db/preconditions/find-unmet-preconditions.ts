import { OperatorError } from '../../shared/operator-error';
import { explainFault, type ReadinessFault } from '../../shared/readiness';
import type { RunStatement } from '../../shared/statement';
import { preconditions, type PreconditionStage } from './preconditions';

/** Checks the preconditions of a stage in one statement and returns those that do not hold, the most basic first. */
export async function findUnmetPreconditions(
  run: RunStatement,
  stage: PreconditionStage,
): Promise<ReadinessFault[]> {
  const checked = preconditions.filter(({ stages }) => stages.includes(stage));
  const columns = checked.map(({ code, found }) => `${found} AS "${code}"`);
  const [row] = await run<Record<string, string | null>>({ text: `SELECT ${columns.join(', ')}` }, []);
  return checked.flatMap(({ code }) => {
    const found = row?.[code] ?? undefined;
    return found === undefined ? [] : [{ code, detail: explainFault(code, found) }];
  });
}

/** @throws {OperatorError} naming each precondition of the stage that does not hold, with its code and its cure. */
export async function requirePreconditions(run: RunStatement, stage: PreconditionStage): Promise<void> {
  const faults = await findUnmetPreconditions(run, stage);
  if (faults.length === 0) return;
  throw new OperatorError(faults.map(({ code, detail }) => `${detail} (${code})`).join(' '));
}
