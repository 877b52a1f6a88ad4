import type { ClientBase } from 'pg';
import { claimKey, claimOfSql } from '../import-claims';

/** One import. Bigints are text. */
export interface ListedImport {
  readonly id: string;
  readonly importedAt: Date;
  /** Who imported it; null before this was recorded. */
  readonly importedBy: string | null;
  /** The name of the file. */
  readonly source: string;
  readonly isLog: boolean;
  readonly state: 'adding' | 'complete' | 'undoing';
  /** Whether a process is adding or undoing it now. */
  readonly isRunning: boolean;
  readonly lines: string;
  readonly addedLines: string;
  /** Visits in the log. */
  readonly visits: string;
  /** Names with an opening balance. */
  readonly names: string;
  /** The sum of the opening balances. */
  readonly balances: string;
}

/** Lists the imports of logs and of totals, oldest first. */
export async function listImports(client: ClientBase): Promise<ListedImport[]> {
  // Read first: an import that ends between the two statements is complete in the second.
  const { rows: claims } = await client.query<{ claim: number }>(
    `SELECT objid::bigint::int AS claim FROM pg_locks
     WHERE locktype = 'advisory' AND classid = $1 AND objsubid = 2
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [claimKey],
  );
  const { rows } = await client.query<ListedImport>(
    `SELECT listed.id, listed.imported_at AS "importedAt", listed.imported_by AS "importedBy", listed.source,
       listed.is_log AS "isLog", listed.state, listed.lines, listed.added_lines AS "addedLines",
       listed.appended_visits AS visits, count(DISTINCT visitor_id) AS names,
       coalesce(sum(balance.visits), 0) AS balances, ${claimOfSql('listed.id')} = ANY ($1::int[]) AS "isRunning"
     FROM balance_imports AS listed
     LEFT JOIN balance_imports AS part ON part.id = listed.id OR part.part_of = listed.id
     LEFT JOIN opening_balances AS balance ON balance.import_id = part.id
     WHERE listed.part_of IS NULL AND listed.kind = 'imported' GROUP BY listed.id ORDER BY listed.id`,
    [claims.map(({ claim }) => claim)],
  );
  return rows;
}
