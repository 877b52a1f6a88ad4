import type { ClientBase } from 'pg';
import { OperatorError } from '../../../shared/operator-error';
import { announceChange } from '../announce-change';
import { keepVisitors } from '../lock-visitors';
import { requireMigrations } from '../require-migrations';
import { withinTransaction } from '../within-transaction';
import { claimImport } from './claim-import';
import { lockBriefly } from './lock-briefly';
import { createPartSize } from './part-size';
import { removeVisits } from './remove-visits';

/** What an undo removed, in all its parts. */
export interface UndoneImport {
  readonly visits: number;
  readonly balances: number;
}

/** How an undo runs, and who is told how far it is. */
export interface UndoRun {
  /** Called if a change of visitors is under way. */
  readonly onWait: () => void;
  /** Called with the number of visits and balances that are to be removed. */
  readonly onStart: (all: number) => void | Promise<void>;
  /** Called with the number of each part. */
  readonly onRemoved: (some: number) => void;
  /** About how many visits or balances one part has at most. */
  readonly atOnce?: number;
}

const silent: UndoRun = { onWait: () => undefined, onStart: () => undefined, onRemoved: () => undefined };

/**
 * Removes the visits and the opening balances of one import, in parts: no visit waits long. The visitors stay, because
 * an id is never given out twice. An undo that was interrupted is continued, and an interrupted import is undone as far
 * as it came.
 * @returns what was removed; undefined if there is no such import.
 * @throws {OperatorError} if visits of the import are no longer in the log, if another process works at it, or if a
 * name stays locked.
 */
export async function undoImport(
  client: ClientBase,
  importId: string,
  { onWait, onStart, onRemoved, atOnce = 2000 } = silent,
): Promise<UndoneImport | undefined> {
  // Committed first, since the first pass of the roll-up would wait for it.
  await client.query('INSERT INTO visit_rollup DEFAULT VALUES ON CONFLICT DO NOTHING');
  return keepVisitors(client, onWait, async () => {
    const begun = await beginUndo(client, importId);
    if (!begun) return undefined;
    await onStart(begun.visits + begun.balances);
    const removeAll = async (remove: typeof removeVisits): Promise<number> => {
      const size = createPartSize(atOnce);
      for (let all = 0; ;) {
        const removed = await size.measure(() =>
          withinTransaction(client, () => remove(client, importId, size.rows)),
        );
        if (removed === undefined) return all;
        all += removed;
        onRemoved(removed);
      }
    };
    const visits = await removeAll(removeVisits);
    const balances = await removeAll(removeBalances);
    await client.query('DELETE FROM balance_imports WHERE part_of = $1 OR id = $1', [importId]);
    await announceChange(client);
    return { visits, balances };
  });
}

/** Checks that all of the import can be removed, and marks it. From here on the undo can only be continued. */
async function beginUndo(client: ClientBase, importId: string): Promise<UndoneImport | undefined> {
  return withinTransaction(client, async () => {
    await requireMigrations(client);
    await claimImport(client, importId);
    const { rows } = await client.query<{ kind: string; partOf: string | null; visits: string }>(
      `UPDATE balance_imports SET state = 'undoing' WHERE id = $1
       RETURNING kind, part_of AS "partOf", appended_visits AS visits`,
      [importId],
    );
    const [known] = rows;
    if (!known) return undefined;
    if (known.kind === 'retired') {
      throw new OperatorError(
        `${importId} is no import: it has the visits that were retired, which cannot be undone`,
      );
    }
    if (known.partOf !== null) {
      throw new OperatorError(`import ${importId} is a part of import ${known.partOf}; undo that one`);
    }
    const { rows: counts } = await client.query<{ visits: string; balances: string }>(countWhatIsLeft, [
      importId,
    ]);
    const [visits, balances] = [Number(counts[0]?.visits ?? 0), Number(counts[0]?.balances ?? 0)];
    const missing = Number(known.visits) - visits;
    if (missing === 0) return { visits, balances };
    throw new OperatorError(
      `${missing} of the ${known.visits} visits of import ${importId} are no longer in the log, because they were ` +
        'retired or removed by hand; it can no longer be undone, and nothing was changed',
    );
  });
}

const countWhatIsLeft = `
  SELECT (
    SELECT count(*) FROM imported_visits JOIN visits ON visits.id BETWEEN first_id AND last_id WHERE import_id = $1
  ) AS visits, (
    SELECT count(*) FROM opening_balances JOIN balance_imports ON id = import_id WHERE id = $1 OR part_of = $1
  ) AS balances`;

/** Removes some of the balances. A trigger subtracts them from the totals. */
async function removeBalances(
  client: ClientBase,
  importId: string,
  atOnce: number,
): Promise<number | undefined> {
  const { rowCount } = await lockBriefly(client, () =>
    client.query(
      `DELETE FROM opening_balances WHERE ctid = ANY (ARRAY(
         SELECT opening_balances.ctid FROM opening_balances JOIN balance_imports ON id = import_id
         WHERE id = $1 OR part_of = $1 LIMIT $2
       ))`,
      [importId, atOnce],
    ),
  );
  const removed = rowCount ?? 0;
  return removed === 0 ? undefined : removed;
}
