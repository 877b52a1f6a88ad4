import { createHmac } from 'node:crypto';
import { DatabaseError as ServerError } from 'pg';
import type { DomainError } from '../../../shared/domain-error';
import { StatementError, type RunStatement, type Statement } from '../../../shared/statement';
import { presentNamesSql } from '../../find-visitor-sql';
import type { ClientSalts, SaltStore } from './client-salts';
import type { RecordedVisit } from './record-visits-once';
import { createTotalMissing } from './recording-errors';

/** A visit to record unless its client was counted for the name within the last hours. */
export interface ClientVisit {
  /** What tells clients apart. It is not stored. */
  readonly client: string;
  readonly username: string;
  /** 1 to 24: keys and salts are kept no longer. */
  readonly hours: number;
}

interface ClientRow {
  /** Counts from 1; null in a row with the present number of a name. */
  readonly place: string | null;
  /** Null if the name does not exist any more. */
  readonly id: string | null;
  readonly username: string;
  /** Null if the name has no total. */
  readonly visits: string | null;
}

// The functions are in the schema because each of their statements must see what was committed while the one before it
// waited for a name. They are given the present names of aliases. A row without a place is of all who asked for its name.
// A CTE is read once: in a join, PostgreSQL 13 called the function again for each name, and found its own keys.
const recordBy = (call: string): string => `
  WITH given AS MATERIALIZED (
    SELECT ${presentNamesSql('$3::text[]')} AS names, set_config('lock_timeout', $6::text, true)
  ), recorded AS MATERIALIZED (
    SELECT recorded.* FROM given, ${call} AS recorded
  )
  SELECT recorded.place, recorded.id, recorded.visits, asked.name AS username
  FROM recorded, given, unnest($3::text[], given.names) WITH ORDINALITY AS asked (name, present, place)
  WHERE asked.place = recorded.place OR recorded.place IS NULL AND asked.present = recorded.username`;

const recordTogether: Statement = {
  name: 'record-visits-of-clients',
  text: recordBy('record_visits_of_new_clients($1::uuid[], $2::uuid[], given.names, $4::int[], $5::date)'),
};

const recordApart: Statement = {
  name: 'record-visits-of-clients-apart',
  text: recordBy(
    'record_visits_of_new_clients_apart($1::uuid[], $2::uuid[], given.names, $4::int[], $5::date, $6)',
  ),
};

/**
 * Appends each visit unless its client was counted for the name, and then answers it with the present number. Returns
 * the outcomes in the order of the visits: undefined if the owner has removed the visitor meanwhile. Safe to repeat after
 * any failure.
 * @param lockTimeoutMs longest wait for one lock.
 * @throws {StatementError} for all of them.
 */
export function recordVisitsOfClients(
  run: RunStatement,
  salts: SaltStore,
  visits: readonly ClientVisit[],
  lockTimeoutMs: number,
): Promise<(RecordedVisit | DomainError | undefined)[]> {
  return runForClients(run, salts, recordTogether, visits, lockTimeoutMs);
}

/**
 * Like `recordVisitsOfClients`, but a visit is undefined and not recorded if a lock that it needs is not free within
 * `lockTimeoutMs`.
 */
export function recordVisitsOfClientsApart(
  run: RunStatement,
  salts: SaltStore,
  visits: readonly ClientVisit[],
  lockTimeoutMs: number,
): Promise<(RecordedVisit | DomainError | undefined)[]> {
  return runForClients(run, salts, recordApart, visits, lockTimeoutMs);
}

async function runForClients(
  run: RunStatement,
  salts: SaltStore,
  statement: Statement,
  visits: readonly ClientVisit[],
  lockTimeoutMs: number,
): Promise<(RecordedVisit | DomainError | undefined)[]> {
  for (;;) {
    const { day, current, earlier } = await salts.get();
    const values = [
      visits.map((visit) => createKey(visit, current)),
      visits.map((visit) => earlier && createKey(visit, earlier)),
      visits.map(({ username }) => username),
      visits.map(({ hours }) => hours),
      day,
      `${lockTimeoutMs}ms`,
    ];
    try {
      return toOutcomes(visits, await run<ClientRow>(statement, values));
    } catch (error) {
      if (!isOfAnotherDay(error)) throw error;
      salts.forget();
    }
  }
}

/** Nothing in a header contains a line end, and no name does, so two clients never have the same text. */
function createKey({ client, username }: ClientVisit, salt: ClientSalts['current']): string {
  const text = `${client}\n${username}`;
  // A UUID of 128 of the 256 bits: more than enough to tell clients apart, and it keeps the index small.
  return createHmac('sha256', salt).update(text).digest('hex').slice(0, 32);
}

/** Whether a statement recorded nothing because a day has ended by the clock of the database. */
function isOfAnotherDay(error: unknown): boolean {
  return (
    error instanceof StatementError && error.cause instanceof ServerError && error.cause.code === 'FF001'
  );
}

function toOutcomes(
  visits: readonly ClientVisit[],
  rows: readonly ClientRow[],
): (RecordedVisit | DomainError | undefined)[] {
  const counted = new Map<number, ClientRow>();
  const present = new Map<string, ClientRow>();
  for (const row of rows) {
    if (row.place === null) present.set(row.username, row);
    else counted.set(Number(row.place), row);
  }
  return visits.map(({ username }, index) => {
    const own = counted.get(index + 1);
    const row = own ?? present.get(username);
    if (row?.id == null) return undefined;
    const { id, visits: number } = row;
    if (number === null) return createTotalMissing();
    const visit = { id, username, visits: Number(number), replayed: false };
    return own ? visit : { ...visit, ignored: 'once' };
  });
}
