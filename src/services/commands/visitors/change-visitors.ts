import type { ClientBase } from 'pg';
import { announceChange } from '../announce-change';
import { lockVisitors } from '../lock-visitors';
import { withinTransaction } from '../within-transaction';
import { recordChange } from './record-change';
import type { VisitorChange } from './visitor-change';

/** How an act is run. */
export interface ChangeOptions {
  /** Who does it, for the record. */
  readonly by: string;
  /** Does everything, and rolls it back. */
  readonly isDryRun: boolean;
  /** Called once if an import or another change is under way. */
  readonly onWait: () => void;
}

/** Runs an act of the owner in one transaction, with its record. Acts run one at a time, and not during an import. */
export async function changeVisitors(
  client: ClientBase,
  { by, isDryRun, onWait }: ChangeOptions,
  act: () => Promise<readonly VisitorChange[]>,
): Promise<readonly VisitorChange[]> {
  // Committed first, since the first pass of the roll-up would wait for it. `lockCounts` needs it.
  await client.query('INSERT INTO visit_rollup DEFAULT VALUES ON CONFLICT DO NOTHING');
  return withinTransaction(
    client,
    async () => {
      await lockVisitors(client, onWait);
      const changes = await act();
      for (const change of changes) if (change.isChanged) await recordChange(client, change, by);
      await announceChange(client);
      return changes;
    },
    isDryRun ? 'ROLLBACK' : 'COMMIT',
  );
}
