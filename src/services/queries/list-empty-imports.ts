import type { RunStatement } from '../../shared/statement';

/** An import of opening balances that has none. */
export interface EmptyImport {
  /** What undoes it: the import of the log, if the balances came with one. */
  readonly id: string;
  /** The file that was imported. */
  readonly source: string;
}

const emptyImports = {
  text: `
    SELECT coalesce(part_of, id) AS id, source FROM balance_imports AS import
    WHERE kind = 'imported' AND NOT is_log AND state = 'complete'
      AND NOT EXISTS (SELECT FROM opening_balances WHERE import_id = import.id)
      AND NOT EXISTS (SELECT FROM balance_imports WHERE id = import.part_of AND state <> 'complete')
    ORDER BY import.id`,
};

/**
 * Lists the imports of opening balances whose balances are missing, as after an incomplete restore. An import that is
 * not complete may have none yet.
 */
export function listEmptyImports(run: RunStatement): Promise<EmptyImport[]> {
  return run<EmptyImport>(emptyImports, []);
}
