import type { ClientBase } from 'pg';

/** A visitor as the owner sees it. Bigints are text. */
export interface OwnedVisitor {
  readonly id: string;
  readonly username: string;
  readonly visits: string;
  readonly hiddenAt: Date | null;
  /** Other names whose visits are those of this visitor. */
  readonly aliases: readonly string[];
}

/** SQL of the columns of `OwnedVisitor`. */
export const selectOwnedVisitor = `
  SELECT id, username, coalesce(visits, 0) AS visits, hidden_at AS "hiddenAt",
    ARRAY(SELECT alias FROM visitor_aliases WHERE visitor_aliases.visitor_id = id ORDER BY alias) AS aliases
  FROM visitors LEFT JOIN visit_totals ON visit_totals.visitor_id = id`;

/** Lists all visitors by id, hidden ones too, some at a time. */
export async function* listAllVisitors(
  client: ClientBase,
  visitorsAtOnce = 1000,
): AsyncGenerator<OwnedVisitor[]> {
  // The smallest bigint, because an imported id can be any.
  for (let last = '-9223372036854775808'; ;) {
    const { rows } = await client.query<OwnedVisitor>(
      `${selectOwnedVisitor} WHERE id > $1 ORDER BY id LIMIT $2`,
      [last, visitorsAtOnce],
    );
    const end = rows.at(-1);
    if (!end) return;
    yield rows;
    last = end.id;
  }
}
