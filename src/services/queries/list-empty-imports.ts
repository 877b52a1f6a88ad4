import type { RunStatement } from '../../shared/statement';

/** An import of opening balances that has none. */
export interface EmptyImport {
  readonly id: string;
  /** The file that was imported. */
  readonly source: string;
}

const emptyImports = {
  text: `
    SELECT id, source FROM balance_imports
    WHERE NOT EXISTS (SELECT FROM opening_balances WHERE import_id = balance_imports.id) ORDER BY id`,
};

/** Lists the imports of opening balances whose balances are missing, as after an incomplete restore. */
export function listEmptyImports(run: RunStatement): Promise<EmptyImport[]> {
  return run<EmptyImport>(emptyImports, []);
}
