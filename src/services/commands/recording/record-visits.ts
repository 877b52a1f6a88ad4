import type { Statement, RunStatement } from '../../../shared/statement';
import { findVisitorSql } from '../../find-visitor-sql';
import { takeTurn } from './take-turns';

/** The visits that one name got in a batch: `first` and the numbers after it. */
export interface NumberedVisits {
  readonly id: string;
  readonly first: number;
}

interface LockedTotal {
  readonly id: string;
  readonly username: string;
  readonly before: string;
}

/**
 * One statement, one commit. It locks the totals of the names in the order of their ids, so two processes never wait
 * for each other; appends the events; and returns the totals before them. A trigger then adds to the totals. The locks
 * are held until the commit, so no other process can give out the same numbers. Unknown names are left out. The turn
 * is taken first, and only one, so a process that waits for it holds no row.
 *
 * The limit of a wait for a lock is set before the first row is locked, and ends with the transaction. OFFSET 0 hides
 * the array sizes from the planner, so it keeps one generic plan per connection. A name and its aliases are one visitor:
 * their numbers follow each other.
 */
const appendVisits: Statement = {
  name: 'append-visits',
  text: `
    WITH batch AS (
      SELECT batch.*
      FROM (
        SELECT $1::text[] AS usernames, $2::int[] AS times,
               set_config('lock_timeout', $4::text, true), ${takeTurn('$3')} OFFSET 0
      ) AS given, unnest(given.usernames, given.times) AS batch (username, times)
    ), locked AS (
      SELECT visitor.id, batch.username, visit_totals.visits, batch.times
      FROM batch
      CROSS JOIN LATERAL ${findVisitorSql('batch.username')} AS visitor
      JOIN visit_totals ON visit_totals.visitor_id = visitor.id
      ORDER BY visitor.id
      FOR NO KEY UPDATE OF visit_totals
    ), appended AS (
      INSERT INTO visits (visitor_id)
      SELECT locked.id FROM locked CROSS JOIN LATERAL generate_series(1, locked.times)
    )
    SELECT id, username, visits + sum(times) OVER (PARTITION BY id ROWS UNBOUNDED PRECEDING) - times AS before
    FROM locked`,
};

/** New names, in one order, so two processes never wait for each other. Known names would waste an id each. */
const createVisitors: Statement = {
  name: 'create-visitors',
  text: `
    INSERT INTO visitors (username)
    SELECT username
    FROM (SELECT $1::text[] AS usernames, set_config('lock_timeout', $2::text, true) OFFSET 0) AS given,
      unnest(given.usernames) AS created (username)
    WHERE NOT EXISTS (SELECT FROM visitor_aliases WHERE alias = username)
    ORDER BY username
    ON CONFLICT (username) DO NOTHING`,
};

/** How a batch is recorded. */
export interface RecordVisitsOptions {
  /** The name whose turn this batch takes. Other processes can wait until it is committed. */
  readonly turn?: string | undefined;
  /** Longest wait for one lock, in milliseconds. */
  readonly lockTimeoutMs: number;
  /** Called once or twice, after each commit, with the names that it recorded. */
  readonly onCommit: (numbered: ReadonlyMap<string, NumberedVisits>) => void;
}

/**
 * Appends a batch of visits to the log: each name and how often it is visited. New names take two statements more, one
 * for the names and one for their visits. By then the visits of the known names are committed.
 * @throws {StatementError} for all names that `onCommit` was not called with. A name that has neither result nor error
 * has no total, or the owner has removed its visitor meanwhile.
 */
export async function recordVisits(
  run: RunStatement,
  batch: ReadonlyMap<string, number>,
  { turn, lockTimeoutMs, onCommit }: RecordVisitsOptions,
): Promise<void> {
  const append = async (names: ReadonlyMap<string, number>, turn?: string) => {
    const values = [[...names.keys()], [...names.values()], turn, `${lockTimeoutMs}ms`];
    const rows = await run<LockedTotal>(appendVisits, values);
    return new Map(rows.map((row) => [row.username, toNumbered(row)]));
  };
  const known = await append(batch, turn);
  onCommit(known);
  if (known.size === batch.size) return;
  const created = new Map([...batch].filter(([username]) => !known.has(username)));
  await run(createVisitors, [[...created.keys()], `${lockTimeoutMs}ms`]);
  // A new statement has a new snapshot, and so sees the names that another process created meanwhile.
  onCommit(await append(created));
}

/** Like `recordVisits`, for one name after the other, in one transaction. */
const appendApart: Statement = {
  name: 'append-visits-apart',
  text: 'SELECT * FROM record_visits_apart($1::text[], $2::int[], $3)',
};

/**
 * Appends the visits of those names that no other transaction holds. Names whose lock is not free within
 * `lockTimeoutMs` are left out of the result. A name without a total is undefined.
 * @throws {StatementError} for all names.
 */
export async function recordVisitsApart(
  run: RunStatement,
  batch: ReadonlyMap<string, number>,
  lockTimeoutMs: number,
): Promise<Map<string, NumberedVisits | undefined>> {
  const values = [[...batch.keys()], [...batch.values()], `${lockTimeoutMs}ms`];
  const rows = await run<Omit<LockedTotal, 'before'> & { before: string | null }>(appendApart, values);
  return new Map(
    rows.map(({ before, ...row }) => [
      row.username,
      before === null ? undefined : toNumbered({ ...row, before }),
    ]),
  );
}

function toNumbered({ id, before }: LockedTotal): NumberedVisits {
  return { id, first: Number(before) + 1 };
}
