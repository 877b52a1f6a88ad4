import { undoImport } from '../../services/commands/transfer/import-totals';
import { listImports } from '../../services/queries/list-imports';
import { withClient } from './with-client';

/** Lists the imports of opening balances, one a line. */
export function runListImports(): Promise<void> {
  return withClient(async (client) => {
    const imports = await listImports(client);
    for (const { id, importedAt, names, visits, source } of imports) {
      print(`${id}  ${importedAt.toISOString()}  ${names} names  ${visits} visits  ${source}`);
    }
    if (imports.length === 0) print('there are none');
  });
}

/** Takes the opening balances of one import back. */
export function runUndoImport(id: string): Promise<void> {
  return withClient(async (client) => {
    const names = await undoImport(client, id);
    if (names === undefined) {
      throw new Error(`There is no import ${id}; "npm run visits imports" lists those that are.`);
    }
    print(`took back import ${id}: the opening balances of ${names} names`);
  });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
