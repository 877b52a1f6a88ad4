import { findSequenceFaults } from '../../db/preconditions/find-sequence-faults';
import { compareRetiredVisits } from '../../services/queries/compare-retired-visits';
import { listEmptyImports } from '../../services/queries/list-empty-imports';
import type { RunStatement } from '../../shared/statement';

/** What is wrong beside the totals. */
export interface Fault {
  readonly code: 'sequence-behind' | 'balances-missing' | 'retired-visits-differ';
  /** What was found, and what to do. */
  readonly detail: string;
}

/**
 * Finds what the comparison of totals cannot see: sequences behind their tables, imports without their balances, and
 * retired visits that differ from their balances.
 */
export async function findFaults(run: RunStatement): Promise<Fault[]> {
  const sequences = await findSequenceFaults(run);
  const imports = await listEmptyImports(run);
  const retired = await compareRetiredVisits(run);
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
        `the import ${id} of ${JSON.stringify(source)} has no opening balances; remove it with ` +
        `"footfall visits undo-import ${id}", and if its file had any, import it again`,
    })),
    ...(retired === 0
      ? []
      : [
          {
            code: 'retired-visits-differ' as const,
            detail:
              `the retired visits of ${retired} names differ from their balances, as after an incomplete restore; ` +
              'restore a backup: "footfall totals rebuild" refuses to correct anything until then',
          },
        ]),
  ];
}
