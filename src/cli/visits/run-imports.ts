import { requireMigrations } from '../../services/commands/require-migrations';
import { undoImport } from '../../services/commands/transfer/undo-import';
import { listImports, type ListedImport } from '../../services/queries/list-imports';
import { withClient } from '../../lifecycle/use-database';
import { createOutput, print } from '../output';
import { runOnDatabase } from '../run-on-database';
import { showProgress, type Progress } from '../show-progress';
import { onWait } from './on-wait';

/** Lists the imports, one a line. */
export function runListImports(): Promise<void> {
  return runOnDatabase('visits', async (context) => {
    const imports = await withClient(context, async (client) => {
      await requireMigrations(client);
      return listImports(client);
    });
    for (const listed of imports) print(renderImport(listed));
    if (imports.length === 0) print('there are no imports');
  });
}

function renderImport(listed: ListedImport): string {
  const { id, importedAt, importedBy, source } = listed;
  return [
    id,
    importedAt.toISOString(),
    ...(importedBy === null ? [] : [`by ${importedBy}`]),
    ...renderNumbers(listed),
    source,
    ...renderState(listed),
  ].join('  ');
}

function renderNumbers({ isLog, visits, names, balances }: ListedImport): string[] {
  if (!isLog) return [`${names} names`, `${balances} visits`];
  const opening = names === '0' ? [] : [`opening balances of ${names} names`, `${balances} visits`];
  return [`${visits} visits`, ...opening];
}

function renderState({ id, state, isRunning, lines, addedLines }: ListedImport): string[] {
  if (state === 'complete') return [];
  if (state === 'undoing') {
    return [isRunning ? '(being undone)' : `(half undone: "footfall visits undo-import ${id}" goes on)`];
  }
  const far = `${addedLines} of ${lines} lines`;
  return [isRunning ? `(running: ${far})` : `(stopped: ${far}; import the file again to go on, or undo it)`];
}

/** Removes the visits and opening balances of one import. */
export function runUndoImport(id: string): Promise<void> {
  return runOnDatabase('visits', async (context) => {
    let progress: Progress | undefined;
    try {
      const undone = await withClient(context, (client) =>
        undoImport(client, id, {
          onWait,
          onStart: async (all) => {
            const options = { unit: 'visits and balances', countTotal: () => all };
            progress = await showProgress({ ...options, write: createOutput(process.stdout) });
          },
          onRemoved: (some) => progress?.add(some),
        }),
      );
      if (!undone) throw new Error(`there is no import ${id}; "footfall visits imports" lists them`);
      progress?.stop();
      print(
        `undid import ${id}: removed ${undone.visits} visits from the log, and the opening balances of ` +
          `${undone.balances} names`,
      );
    } finally {
      progress?.stop();
    }
  });
}
