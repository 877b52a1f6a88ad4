import { OperatorError } from '../../shared/operator-error';
import { explainFault, type ReadinessFault } from '../../shared/readiness';
import type { RunStatement } from '../../shared/statement';
import { findSequenceFaults } from './find-sequence-faults';
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

/** Checks the sequences of the current schema and names those that are behind their tables. */
export async function findSequencesBehind(run: RunStatement): Promise<ReadinessFault | undefined> {
  const faults = await findSequenceFaults(run);
  if (faults.length === 0) return undefined;
  const found = faults.map(({ sequence, table, column }) => `${sequence} is behind ${table}.${column}`);
  return { code: 'database-sequences', detail: explainFault('database-sequences', found.join(', ')) };
}

/**
 * Checks all preconditions of a stage, and the sequences if there may be tables.
 * @throws {OperatorError} naming each precondition that does not hold, with its code and its cure.
 */
export async function requirePreconditions(run: RunStatement, stage: PreconditionStage): Promise<void> {
  const faults = await findUnmetPreconditions(run, stage);
  if (faults.length === 0 && stage !== 'server') {
    const behind = await findSequencesBehind(run);
    if (behind) faults.push(behind);
  }
  if (faults.length === 0) return;
  throw new OperatorError(faults.map(({ code, detail }) => `${detail} (${code})`).join(' '));
}
