import type { Models } from '../../models';
import { renderFirstInstant } from './first-instant';
import { selectRows } from '../select-rows';
import { toUnknownTimeZone } from './time-zone';

/** The numbers over all visitors; bigints stay text until they are presented. */
export interface Summary {
  readonly visits: string;
  readonly visitors: string;
  /** Since midnight in the zone that was asked for. */
  readonly today: string;
  /** In the last 60 minutes. */
  readonly lastHour: string;
}

// Written in place rather than computed first, so that the planner can judge how little of the log it concerns.
const midnight = renderFirstInstant(`date_trunc('day', now() AT TIME ZONE $1)`, '$1::text');

/**
 * Sums up: the sum from the totals, and today and the last hour from the end of the log by the index on time.
 * All four are of one moment.
 * @throws {DomainError} `unknown-time-zone`.
 */
export async function getSummary(models: Models, timeZone: string): Promise<Summary> {
  const rows = await selectRows<Summary>(
    models,
    `SELECT
       (SELECT coalesce(sum(visits), 0) FROM visit_totals) AS "visits",
       (SELECT count(*) FROM visitors) AS "visitors",
       (SELECT count(*) FROM visits WHERE visited_at >= ${midnight}) AS "today",
       (SELECT count(*) FROM visits WHERE visited_at >= now() - interval '1 hour') AS "lastHour"`,
    [timeZone],
  ).catch((error: unknown) => {
    throw toUnknownTimeZone(error, timeZone);
  });
  return rows[0] ?? { visits: '0', visitors: '0', today: '0', lastHour: '0' };
}
