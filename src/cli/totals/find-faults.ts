import { findSequenceFaults } from '../../db/preconditions/find-sequence-faults';
import { listEmptyImports } from '../../services/queries/list-empty-imports';
import type { RunStatement } from '../../shared/statement';

/** What is wrong beside the totals. */
export interface Fault {
  readonly code: 'sequence-behind' | 'balances-missing';
  /** What was found, and what to do. */
  readonly detail: string;
}

/** Finds what the comparison of totals cannot see: sequences behind their tables, and imports without their balances. */
export async function findFaults(run: RunStatement): Promise<Fault[]> {
  const sequences = await findSequenceFaults(run);
  const imports = await listEmptyImports(run);
  return [
    ...sequences.map(({ sequence, table, column, next, highest }) => ({
      code: 'sequence-behind' as const,
      detail:
        `the sequence ${sequence} would give out ${next}, but ${table} has a "${column}" of ${highest}; ` +
        '"footfall totals rebuild" advances it',
    })),
    ...imports.map(({ id, source }) => ({
      code: 'balances-missing' as const,
      detail:
        `the import ${id} of ${JSON.stringify(source)} has no opening balances; if its file had any, import it again, ` +
        `and then remove this one with "footfall visits undo-import ${id}"`,
    })),
  ];
}
