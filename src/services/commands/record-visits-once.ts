import { DomainError } from '../../shared/domain-error';
import type { PreparedStatement, RunPrepared } from '../../shared/prepared-statement';
import { keyLifetime } from '../key-lifetime';
import type { RecordedVisit } from './create-visit-recorder';

/** A visit that is asked for under a key. */
export interface KeyedRequest {
  readonly key: string;
  readonly username: string;
}

/** A visit under a key: committed, now or when the key was first used. */
export interface KeyedVisit extends RecordedVisit {
  /** True for a repeat: nothing was recorded, and the number is that of the first answer. */
  readonly replayed: boolean;
}

interface KeyedRow {
  /** Counts from 1. */
  readonly place: string;
  readonly id: string;
  readonly username: string;
  readonly visits: string;
  readonly replayed: boolean;
}

/**
 * One round trip, one commit. The function is in the schema, since each of its statements has to see what was committed
 * while the one before it waited for a key or a name.
 */
const recordOnce: PreparedStatement = {
  name: 'record-visits-once',
  text: `SELECT * FROM record_visits_once($1::text[], $2::text[], ${keyLifetime})`,
};

/**
 * Appends each visit unless its key has already recorded one within its time, and says which visits stand for the keys,
 * in the order of the requests; where one cannot be told, why. Safe to repeat after any failure, also an unknown
 * outcome.
 * @throws {StatementError} as the runner does, for all of them.
 */
export async function recordVisitsOnce(
  run: RunPrepared,
  requests: readonly KeyedRequest[],
): Promise<(KeyedVisit | DomainError)[]> {
  const rows = await run<KeyedRow>(recordOnce, [
    requests.map(({ key }) => key),
    requests.map(({ username }) => username),
  ]);
  const byPlace = new Map(rows.map((row) => [Number(row.place), row]));
  return requests.map(({ username }, index) => toOutcome(byPlace.get(index + 1), username));
}

function toOutcome(row: KeyedRow | undefined, username: string): KeyedVisit | DomainError {
  if (!row) {
    return new DomainError('totals-missing', 'A visitor has no total; "npm run totals rebuild" creates it.');
  }
  if (row.username !== username) {
    return new DomainError(
      'idempotency-key-reused',
      'This key has recorded a visit to another name; nothing was recorded. Make a new key for each visit.',
    );
  }
  return { id: row.id, username, visits: Number(row.visits), replayed: row.replayed };
}
