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

/** All that is stored about a name, except its single visits. */
export interface VisitorRecord {
  /** Undefined if there is no visitor of this name or alias. */
  readonly visitor?: OwnedVisitor & { readonly firstVisitAt: Date | null; readonly lastVisitAt: Date | null };
  /** The changes of the visitor, and those that name the name, oldest first. */
  readonly changes: readonly RecordedChange[];
}

const selectVisitor = `
  SELECT owned.*, (SELECT min(visited_at) FROM visits WHERE visitor_id = owned.id) AS "firstVisitAt",
    (SELECT max(visited_at) FROM visits WHERE visitor_id = owned.id) AS "lastVisitAt"
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
  const { rows } = await client.query<NonNullable<VisitorRecord['visitor']>>(selectVisitor, [name]);
  const [visitor] = rows;
  const { rows: changes } = await client.query<RecordedChange>(selectChanges, [name, visitor?.id]);
  return visitor ? { visitor, changes } : { changes };
}
