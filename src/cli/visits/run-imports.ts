import { undoImport } from '../../services/commands/transfer/import-totals';
import { listImports } from '../../services/queries/list-imports';
import { withClient } from '../../lifecycle/use-database';
import { print } from '../output';
import { runOnDatabase } from '../run-on-database';

/** Lists the imports of opening balances, one a line. */
export function runListImports(): Promise<void> {
  return runOnDatabase('visits', async (context) => {
    const imports = await withClient(context, listImports);
    for (const { id, importedAt, names, visits, source } of imports) {
      print(`${id}  ${importedAt.toISOString()}  ${names} names  ${visits} visits  ${source}`);
    }
    if (imports.length === 0) print('there are no imports');
  });
}

/** Removes the opening balances of one import. */
export function runUndoImport(id: string): Promise<void> {
  return runOnDatabase('visits', async (context) => {
    const names = await withClient(context, (client) => undoImport(client, id));
    if (names === undefined) {
      throw new Error(`there is no import ${id}; "footfall visits imports" lists them`);
    }
    print(`undid import ${id}: removed the opening balances of ${names} names`);
  });
}
