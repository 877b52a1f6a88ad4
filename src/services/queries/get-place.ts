import type { RunStatement, Statement } from '../../shared/statement';
import { changedVisitors, isInTail, watermark } from './rolled-up';
import type { VisitWindow } from './visitor-page';
import { countEveryVisitor, toWindowParameters } from './window-sql';

// The list orders equal counts by id.
const isAhead = (visits: string, id: string): string => `(-${visits}, ${id}) < (SELECT -visits, id FROM own)`;

const placeInWindow: Statement = {
  name: 'place-in-window',
  text: `
    WITH ${countEveryVisitor}, own AS MATERIALIZED (
      SELECT visitor_id AS id, visits FROM counted WHERE visitor_id = $11 AND visits > 0
    )
    SELECT (1 + (
      SELECT count(*) FROM counted JOIN visitors ON visitors.id = counted.visitor_id
      WHERE hidden_at IS NULL AND ${isAhead('visits', 'counted.visitor_id')}
    ))::text AS place FROM own`,
};

// Counts the sorted totals ahead of the visitor by their index, takes away those that may be old or are hidden, and adds
// the present totals of the former. An erased visitor whose sorted total is still there is one that may be old.
const placeInAll: Statement = {
  name: 'place-in-all',
  text: `
    WITH ${watermark}, changed AS MATERIALIZED (
      SELECT visitor_id FROM visits WHERE ${isInTail} UNION SELECT visitor_id FROM (${changedVisitors}) AS mark
    ), own AS MATERIALIZED (
      SELECT visitor_id AS id, visits FROM visit_totals WHERE visitor_id = $1 AND visits > 0
    ), renewed AS (
      SELECT count(*) AS places
      FROM changed JOIN visitors ON visitors.id = changed.visitor_id JOIN visit_totals USING (visitor_id)
      WHERE hidden_at IS NULL AND ${isAhead('visit_totals.visits', 'visitors.id')}
    ), ignored AS (
      SELECT visitor_id FROM changed UNION SELECT id FROM visitors WHERE hidden_at IS NOT NULL
    )
    SELECT (1 + (SELECT places FROM renewed)
      + (SELECT count(*) FROM sorted_totals WHERE ${isAhead('visits', 'visitor_id')})
      - (SELECT count(*) FROM ignored JOIN sorted_totals USING (visitor_id) WHERE ${isAhead('visits', 'visitor_id')})
    )::text AS place FROM own`,
};

/**
 * Finds the place of a visitor in the list by count, with all visits or those in a window. Hidden visitors have no place
 * in it.
 * @returns a bigint as text; undefined without visits.
 */
export async function getPlace(
  run: RunStatement,
  visitorId: string,
  window?: VisitWindow,
): Promise<string | undefined> {
  const [row] = window
    ? await run<{ place: string }>(placeInWindow, [...toWindowParameters(window), visitorId])
    : await run<{ place: string }>(placeInAll, [visitorId]);
  return row?.place;
}
