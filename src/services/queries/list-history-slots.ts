import type { Models } from '../../models';
import { DomainError } from '../../shared/domain-error';
import { renderFirstInstant } from './first-instant';
import { selectRows } from '../select-rows';
import { toUnknownTimeZone } from './time-zone';
import { maxHistoryPoints, type HistoryInterval, type HistoryRequest } from './history';

/** Where the points of a history begin, and where the history itself does. */
export interface HistorySlots {
  readonly since: Date;
  /** In order; the first is `since` or before it. Empty when the window is. */
  readonly starts: readonly Date[];
}

/** How many points a history has that names no beginning: a day of hours, a month of days, a year of the others. */
const usualPoints: Record<HistoryInterval, number> = { hour: 24, day: 30, week: 53, month: 12 };

const hour = 3_600_000;
const longestMs: Record<HistoryInterval, number> = {
  hour,
  day: 25 * hour,
  week: (7 * 24 + 1) * hour,
  month: (31 * 24 + 1) * hour,
};

// Days and longer are counted on the zone's own calendar, since not all of them have the same length. Hours are
// counted in real time, a quarter at a time: where clocks are set back, the same hour comes twice, and offsets are
// whole quarters of an hour. $1 interval, $2 zone, $3 since, $4 until, $5 usual points less one.
const findSlots = `
  WITH given AS (
    SELECT $1::text AS unit, ('1 ' || $1)::interval AS step, $2::text AS zone, $4::timestamptz AS until,
      $4::timestamptz - interval '1 microsecond' AS last
  ), bounds AS (
    SELECT given.*, coalesce($3::timestamptz, CASE unit
      WHEN 'hour' THEN date_trunc('hour', last, zone) - $5 * interval '1 hour'
      ELSE (date_trunc(unit, last AT TIME ZONE zone) - $5 * step) AT TIME ZONE zone
    END) AS since
    FROM given
  ), slots AS (
    SELECT date_trunc('hour', moment, zone) AS start
    FROM bounds, generate_series(date_trunc('hour', since, zone), last, interval '15 minutes') AS moment
    WHERE unit = 'hour'
    UNION
    SELECT ${renderFirstInstant('local', 'zone')}
    FROM bounds, generate_series(date_trunc(unit, since AT TIME ZONE zone), last AT TIME ZONE zone, step) AS local
    WHERE unit <> 'hour'
  )
  SELECT since, start FROM bounds LEFT JOIN slots ON start < until ORDER BY start`;

/**
 * Finds the beginnings of the points of a history, in the time zone asked for and true to its clock changes.
 * It touches no table.
 * @throws {DomainError} `too-many-points`; `unknown-time-zone` for one that this PostgreSQL does not know.
 */
export async function listHistorySlots(models: Models, request: HistoryRequest): Promise<HistorySlots> {
  const { interval, timeZone, since, until } = request;
  if (since && until.getTime() - since.getTime() > maxHistoryPoints * longestMs[interval]) throw tooMany();
  const usual = usualPoints[interval] - 1;
  const rows = await selectRows<{ since: Date; start: Date | null }>(models, findSlots, [
    interval,
    timeZone,
    since ?? null,
    until,
    usual,
  ]).catch((error: unknown) => {
    throw toUnknownTimeZone(error, timeZone);
  });
  if (rows.length > maxHistoryPoints) throw tooMany();
  return {
    since: rows[0]?.since ?? until,
    starts: rows.flatMap(({ start }) => start ?? []),
  };
}

function tooMany(): DomainError {
  return new DomainError(
    'too-many-points',
    `The history has more than ${maxHistoryPoints} points; ask for a longer interval or a shorter time.`,
  );
}
