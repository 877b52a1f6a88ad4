import type { ClientBase } from 'pg';
import { findVisitorSql } from '../find-visitor-sql';
import { selectOwnedVisitor, type OwnedVisitor } from './list-all-visitors';

/** A row of the record of changes. Bigints are text. */
export interface RecordedChange {
  readonly changedAt: Date;
  readonly act: string;
  /** Null if the visitor was erased later. */
  readonly username: string | null;
  readonly newName: string | null;
  readonly keepsAlias: boolean;
  readonly visitsBefore: string;
  readonly visitsAfter: string;
  readonly changedBy: string;
  readonly changedByRole: string;
}

/** A visitor with what its number consists of. */
export interface VisitorOfRecord extends OwnedVisitor {
  readonly firstVisitAt: Date | null;
  readonly lastVisitAt: Date | null;
  /** The part of the number that was imported as opening balances. */
  readonly imported: string;
  /** Keys of the last day. */
  readonly idempotencyKeys: readonly string[];
}

/** All that is stored about a name, except its single visits. */
export interface VisitorRecord {
  /** Undefined if there is no visitor of this name or alias. */
  readonly visitor: VisitorOfRecord | undefined;
  /** The changes of the visitor, and those that name the name, oldest first. */
  readonly changes: readonly RecordedChange[];
}

const selectVisitor = `
  SELECT owned.*, (SELECT min(visited_at) FROM visits WHERE visitor_id = owned.id) AS "firstVisitAt",
    (SELECT max(visited_at) FROM visits WHERE visitor_id = owned.id) AS "lastVisitAt",
    (SELECT coalesce(sum(visits), 0)::bigint FROM opening_balances WHERE visitor_id = owned.id) AS imported,
    ARRAY(SELECT key FROM idempotency_keys WHERE visitor_id = owned.id ORDER BY created_at) AS "idempotencyKeys"
  FROM (${selectOwnedVisitor}) AS owned WHERE id = (SELECT id FROM ${findVisitorSql('$1')} AS found)`;

const selectChanges = `
  SELECT changed_at AS "changedAt", act, username, new_name AS "newName", keeps_alias AS "keepsAlias",
    visits_before AS "visitsBefore", visits_after AS "visitsAfter", changed_by AS "changedBy",
    changed_by_role AS "changedByRole"
  FROM visitor_changes
  WHERE visitor_id = $2 OR username = $1 OR new_name = $1 OR hash = sha256(salt || convert_to($1, 'UTF8'))
  ORDER BY id`;

/** Reads what is stored about a name or an alias. */
export async function getOwnedVisitor(client: ClientBase, name: string): Promise<VisitorRecord> {
  const { rows } = await client.query<VisitorOfRecord>(selectVisitor, [name]);
  const [visitor] = rows;
  const { rows: changes } = await client.query<RecordedChange>(selectChanges, [name, visitor?.id]);
  return { visitor, changes };
}

/** Lists the times of all visits of a visitor in their order, some at a time. */
export async function* listVisitTimes(client: ClientBase, visitorId: string): AsyncGenerator<Date[]> {
  await client.query('BEGIN READ ONLY');
  try {
    const select = 'SELECT visited_at FROM visits WHERE visitor_id = $1 ORDER BY visited_at';
    await client.query(`DECLARE visit_times NO SCROLL CURSOR FOR ${select}`, [visitorId]);
    for (;;) {
      const { rows } = await client.query<{ visited_at: Date }>('FETCH 10000 FROM visit_times');
      if (rows.length === 0) return;
      yield rows.map(({ visited_at }) => visited_at);
    }
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
  }
}
