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
  /** The part of the number that was retired: it is kept by quarter of an hour. */
  readonly retired: string;
  /** Keys of the last day. */
  readonly idempotencyKeys: readonly string[];
  /** How many clients are remembered, so that \`once\` does not count them again. */
  readonly countedClients: string;
}

/** All that is stored about a name, except its single visits. */
export interface VisitorRecord {
  /** Undefined if there is no visitor of this name or alias. */
  readonly visitor: VisitorOfRecord | undefined;
  /** The changes of the visitor, and those that name the name, oldest first. */
  readonly changes: readonly RecordedChange[];
}

const selectVisitor = `
  SELECT owned.*, least(
      (SELECT min(visited_at) FROM visits WHERE visitor_id = owned.id), to_timestamp(retired.first * 900)
    ) AS "firstVisitAt", greatest(
      (SELECT max(visited_at) FROM visits WHERE visitor_id = owned.id), to_timestamp(retired.last * 900)
    ) AS "lastVisitAt", retired.visits AS retired,
    (SELECT coalesce(sum(opening_balances.visits), 0)::bigint FROM opening_balances
     JOIN balance_imports ON balance_imports.id = import_id
     WHERE visitor_id = owned.id AND kind = 'imported') AS imported,
    ARRAY(SELECT key FROM idempotency_keys WHERE visitor_id = owned.id ORDER BY created_at) AS "idempotencyKeys",
    (SELECT count(*) FROM counted_clients WHERE visitor_id = owned.id) AS "countedClients"
  FROM (${selectOwnedVisitor}) AS owned CROSS JOIN LATERAL (
    SELECT min(quarter) AS first, max(quarter) AS last, coalesce(sum(visits), 0)::bigint AS visits
    FROM retired_visits WHERE visitor_id = owned.id
  ) AS retired WHERE id = (SELECT id FROM ${findVisitorSql('$1')} AS found)`;

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

/** Lists the times of all visits of a visitor that are in the log in their order, some at a time. */
export async function* listVisitTimes(client: ClientBase, visitorId: string): AsyncGenerator<Date[]> {
  const select = 'SELECT visited_at AS at FROM visits WHERE visitor_id = $1 ORDER BY visited_at';
  for await (const rows of fetchRows<{ at: Date }>(client, select, visitorId)) yield rows.map(({ at }) => at);
}

/** Retired visits of a quarter of an hour. */
export interface RetiredQuarter {
  /** The start of the quarter. */
  readonly start: Date;
  readonly visits: number;
}

/** Lists the retired visits of a visitor in the order of time, some at a time. */
export function listRetiredQuarters(
  client: ClientBase,
  visitorId: string,
): AsyncGenerator<readonly RetiredQuarter[]> {
  const select = `SELECT to_timestamp(quarter * 900) AS start, visits::float8 AS visits
    FROM retired_visits WHERE visitor_id = $1 ORDER BY quarter`;
  return fetchRows(client, select, visitorId);
}

async function* fetchRows<Row extends object>(
  client: ClientBase,
  select: string,
  visitorId: string,
): AsyncGenerator<Row[]> {
  await client.query('BEGIN READ ONLY');
  try {
    await client.query(`DECLARE visitor_rows NO SCROLL CURSOR FOR ${select}`, [visitorId]);
    for (;;) {
      const { rows } = await client.query<Row>('FETCH 10000 FROM visitor_rows');
      if (rows.length === 0) return;
      yield rows;
    }
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
  }
}
