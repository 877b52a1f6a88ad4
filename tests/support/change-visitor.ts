import { addVisitors } from '../../src/services/commands/visitors/add-visitors';
import { changeVisitors } from '../../src/services/commands/visitors/change-visitors';
import { eraseVisitor } from '../../src/services/commands/visitors/erase-visitor';
import { hideVisitor } from '../../src/services/commands/visitors/hide-visitor';
import { mergeVisitors } from '../../src/services/commands/visitors/merge-visitors';
import { renameVisitor } from '../../src/services/commands/visitors/rename-visitor';
import type { VisitorAct, VisitorChange } from '../../src/services/commands/visitors/visitor-change';
import type { TestDatabase } from './test-database';
import { onClient } from './transfer';

/** An act of the owner. */
export interface Act {
  readonly act: VisitorAct;
  readonly username: string;
  readonly newName?: string;
  readonly keepsAlias?: boolean;
  readonly isDryRun?: boolean;
}

/** Runs an act as the commands do. */
export function changeVisitor(database: TestDatabase, given: Act): Promise<VisitorChange | undefined> {
  const { act, username, newName = '', keepsAlias = false, isDryRun = false } = given;
  const ignore = (): void => undefined;
  return onClient(database, async (client) => {
    const [change] = await changeVisitors(client, { by: 'test', isDryRun, onWait: ignore }, async () => {
      if (act === 'add') return addVisitors(client, [username]);
      if (act === 'rename') return [await renameVisitor(client, { username, newName, keepsAlias })];
      if (act === 'merge') return [await mergeVisitors(client, { username, newName, keepsAlias }, ignore)];
      if (act === 'erase') return [await eraseVisitor(client, username, ignore)];
      return [await hideVisitor(client, act, username)];
    });
    return change;
  });
}

/** Lists what `footfall totals verify` would report: totals and counts that differ, imports without balances,
 * retired visits that differ from their balances. */
export async function listFaults(database: TestDatabase): Promise<unknown[]> {
  return database.query(`
    SELECT 'total' AS fault, username AS subject FROM visitors LEFT JOIN visit_totals ON visit_totals.visitor_id = id
    WHERE visit_totals.visits IS DISTINCT FROM (
      (SELECT count(*) FROM visits WHERE visitor_id = visitors.id)
      + coalesce((SELECT sum(visits) FROM opening_balances WHERE visitor_id = visitors.id), 0))
    UNION ALL SELECT 'counts of ' || visitor_id, grain || '/' || bucket
      FROM compare_visit_counts(-9223372036854775808, 9223372036854775807)
    UNION ALL SELECT 'counts of all', grain || '/' || bucket FROM compare_visit_counts_of_all()
    UNION ALL SELECT 'import', source FROM balance_imports AS import
      WHERE kind = 'imported' AND NOT is_log AND state = 'complete'
        AND NOT EXISTS (SELECT FROM opening_balances WHERE import_id = import.id)
        AND NOT EXISTS (SELECT FROM balance_imports WHERE id = import.part_of AND state <> 'complete')
    UNION ALL SELECT 'visits of import', id::text FROM balance_imports WHERE appended_visits <> (
      SELECT count(*) FROM imported_visits JOIN visits ON visits.id BETWEEN first_id AND last_id
      WHERE import_id = balance_imports.id)
      AND NOT EXISTS (SELECT FROM retirements WHERE visits > 0)
    UNION ALL SELECT 'retired', visitor_id::text FROM compare_retired_visits() AS visitor_id
    UNION ALL SELECT 'summary', visitors || '/' || balances FROM compare_summary()
      WHERE visitors <> 0 OR balances <> 0`);
}
