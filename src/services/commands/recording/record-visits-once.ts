import { DomainError } from '../../../shared/domain-error';
import type { Statement, RunStatement } from '../../../shared/statement';
import { presentNamesSql } from '../../find-visitor-sql';
import { createTotalMissing } from './recording-errors';

/** A visit to record unless its key has already recorded one. */
export interface KeyedVisit {
  readonly key: string;
  readonly username: string;
}

/** A committed visit: its number is the visitor's count right after it. */
export interface RecordedVisit {
  readonly id: string;
  readonly username: string;
  readonly visits: number;
  /** True if the key was known: nothing was recorded, and the number is that of the first answer. */
  readonly replayed: boolean;
  /** Given if the client had been counted: nothing was recorded, and the number is the present one. */
  readonly ignored?: 'once';
}

interface KeyedRow {
  /** Counts from 1. */
  readonly place: string;
  readonly id: string;
  readonly username: string;
  /** Null if the name has no total. */
  readonly visits: string | null;
  readonly replayed: boolean;
}

/** How long a key stands for the visit that it recorded, as SQL. After that it is like a new key. */
const keyLifetime = `interval '24 hours'`;

/**
 * One round trip, one commit. The function is in the schema because each of its statements must see what was committed
 * while the one before it waited for a key or a name. It is given the present names of aliases.
 */
const recordOnce: Statement = {
  name: 'record-visits-once',
  text: `
    SELECT recorded.place, recorded.id, recorded.visits, recorded.replayed,
      CASE WHEN recorded.username = given.names[recorded.place] THEN ($2::text[])[recorded.place]
        ELSE recorded.username END AS username
    FROM (
      SELECT ${keyLifetime} AS lifetime, set_config('lock_timeout', $3::text, true), ${presentNamesSql('$2::text[]')} AS names OFFSET 0
    ) AS given,
      record_visits_once($1::text[], given.names, given.lifetime) AS recorded`,
};

/**
 * Appends each visit unless its key has recorded one within its lifetime. Returns the outcomes in the order of the
 * visits: undefined if the name has no total, or if the owner has removed its visitor meanwhile. Safe to repeat after any
 * failure, including an unknown outcome.
 * @param lockTimeoutMs longest wait for one lock.
 * @throws {StatementError} for all of them.
 */
export function recordVisitsOnce(
  run: RunStatement,
  visits: readonly KeyedVisit[],
  lockTimeoutMs: number,
): Promise<(RecordedVisit | DomainError | undefined)[]> {
  return runKeyed(run, recordOnce, visits, lockTimeoutMs);
}

/** Like `recordOnce`, for one visit after the other, in one transaction. */
const recordOnceApart: Statement = {
  name: 'record-visits-once-apart',
  text: `SELECT * FROM record_visits_once_apart($1::text[], $2::text[], ${keyLifetime}, $3)`,
};

/**
 * Like `recordVisitsOnce`, but a visit is undefined and not recorded if a lock that it needs is not free within
 * `lockTimeoutMs`.
 */
export function recordVisitsOnceApart(
  run: RunStatement,
  visits: readonly KeyedVisit[],
  lockTimeoutMs: number,
): Promise<(RecordedVisit | DomainError | undefined)[]> {
  return runKeyed(run, recordOnceApart, visits, lockTimeoutMs);
}

async function runKeyed(
  run: RunStatement,
  statement: Statement,
  visits: readonly KeyedVisit[],
  lockTimeoutMs: number,
): Promise<(RecordedVisit | DomainError | undefined)[]> {
  const rows = await run<KeyedRow>(statement, [
    visits.map(({ key }) => key),
    visits.map(({ username }) => username),
    `${lockTimeoutMs}ms`,
  ]);
  const byPlace = new Map(rows.map((row) => [Number(row.place), row]));
  return visits.map(({ username }, index) => {
    const row = byPlace.get(index + 1);
    return row && toOutcome(row, username);
  });
}

function toOutcome(row: KeyedRow, username: string): RecordedVisit | DomainError {
  if (row.visits === null) return createTotalMissing();
  if (row.username !== username) {
    return new DomainError(
      'idempotency-key-reused',
      'This key has recorded a visit to another name; nothing was recorded. Make a new key for each visit.',
    );
  }
  return { id: row.id, username, visits: Number(row.visits), replayed: row.replayed };
}

/** Rows that another process is removing, or that a visit is taking over, are left to them. */
const pruneSome: Statement = {
  name: 'prune-idempotency-keys',
  text: `
    DELETE FROM idempotency_keys WHERE key = ANY (ARRAY(
      SELECT key FROM idempotency_keys WHERE created_at <= now() - ${keyLifetime}
      ORDER BY created_at LIMIT $1 FOR UPDATE SKIP LOCKED
    )) RETURNING 1 AS pruned`,
};

/** Removes keys past their lifetime, the oldest first, at most `most`. Returns how many. */
export async function pruneIdempotencyKeys(run: RunStatement, most: number): Promise<number> {
  return (await run(pruneSome, [most])).length;
}
