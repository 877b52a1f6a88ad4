import type { ClientBase } from 'pg';
import { changeVisitors } from '../../services/commands/visitors/change-visitors';
import { findVisitor } from '../../services/commands/visitors/require-visitor';
import type { VisitorChange } from '../../services/commands/visitors/visitor-change';
import { createOutput, print } from '../output';
import { withClient } from '../../lifecycle/use-database';
import { runOnDatabase } from '../run-on-database';
import { showProgress } from '../show-progress';
import { renderChange, toJson } from './render-change';

/** The options of every command that changes visitors. */
export interface ActOptions {
  readonly dryRun?: true;
  readonly json?: true;
  readonly keepAlias?: true;
  readonly by: string;
}

/** What an act works with. */
interface ActContext {
  readonly client: ClientBase;
  /** Shows a progress bar over the visits of a name. `onVisits` is called with the number that is done. */
  readonly showVisits: <T>(
    name: string,
    work: (onVisits: (visits: number) => void) => Promise<T>,
  ) => Promise<T>;
}

/** Does something to visitors, in the transaction that is open. */
export type RunAct = (context: ActContext) => Promise<readonly VisitorChange[]>;

/** Runs an act and prints what it changed. */
export function runAct({ dryRun, json, by }: ActOptions, act: RunAct): Promise<void> {
  return runOnDatabase('visitors', (context) =>
    withClient(context, async (client) => {
      const isDryRun = dryRun === true;
      const changes = await changeVisitors(client, { by, isDryRun, onWait }, () =>
        act({ client, showVisits: createShowVisits(client) }),
      );
      if (json) print(JSON.stringify({ dryRun: isDryRun, changes: changes.map(toJson) }));
      else for (const change of changes) print(renderChange(change, isDryRun));
    }),
  );
}

function createShowVisits(client: ClientBase): ActContext['showVisits'] {
  return async (name, work) => {
    const progress = await showProgress({
      unit: 'visits',
      countTotal: async () => Number((await findVisitor(client, name))?.visits ?? 0),
      write: createOutput(process.stdout),
    });
    try {
      return await work(progress.add);
    } finally {
      progress.stop();
    }
  };
}

function onWait(): void {
  process.stderr.write('an import or another change of visitors is under way; waiting for it to end\n');
}
