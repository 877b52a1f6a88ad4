import type { ClientBase } from 'pg';

/** Visits in the log before a moment, and how many names have some. */
export interface VisitsBefore {
  readonly visits: number;
  readonly names: number;
}

/** Counts the visits in the log before a moment. Retired visits are not in the log. */
export async function countVisitsBefore(client: ClientBase, before: Date): Promise<VisitsBefore> {
  const { rows } = await client.query<VisitsBefore>(
    `SELECT coalesce(sum(visits), 0)::float8 AS visits, count(*)::int AS names
     FROM (SELECT count(*) AS visits FROM visits WHERE visited_at < $1 GROUP BY visitor_id) AS of_visitor`,
    [before],
  );
  return rows[0] ?? { visits: 0, names: 0 };
}
