import type { Statement, RunStatement } from '../../../shared/statement';
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
 * OFFSET 0 hides the array sizes from the planner, so it keeps one generic plan per connection. LIMIT 1 makes it look
 * up each name by the index.
 */
const appendVisits: Statement = {
  name: 'append-visits',
  text: `
    WITH batch AS (
      SELECT batch.*
      FROM (SELECT $1::text[] AS usernames, $2::int[] AS times, ${takeTurn('$3')} OFFSET 0) AS given,
        unnest(given.usernames, given.times) AS batch (username, times)
    ), locked AS (
      SELECT visitor.id, batch.username, visit_totals.visits, batch.times
      FROM batch
      CROSS JOIN LATERAL (SELECT id FROM visitors WHERE username = batch.username LIMIT 1) AS visitor
      JOIN visit_totals ON visit_totals.visitor_id = visitor.id
      ORDER BY visitor.id
      FOR NO KEY UPDATE OF visit_totals
    ), appended AS (
      INSERT INTO visits (visitor_id)
      SELECT locked.id FROM locked CROSS JOIN LATERAL generate_series(1, locked.times)
    )
    SELECT id, username, visits AS before FROM locked`,
};

/** New names, in one order, so two processes never wait for each other. Known names would waste an id each. */
const createVisitors: Statement = {
  name: 'create-visitors',
  text: `
    INSERT INTO visitors (username)
    SELECT username FROM unnest($1::text[]) AS created (username) ORDER BY username
    ON CONFLICT (username) DO NOTHING`,
};

/** How a batch is recorded. */
export interface RecordVisitsOptions {
  /** The name whose turn this batch takes. Other processes can wait until it is committed. */
  readonly turn?: string | undefined;
  /** Called once or twice, after each commit, with the names that it recorded. */
  readonly onCommit: (numbered: ReadonlyMap<string, NumberedVisits>) => void;
}

/**
 * Appends a batch of visits to the log: each name and how often it is visited. New names take two statements more, one
 * for the names and one for their visits. By then the visits of the known names are committed.
 * @throws {StatementError} for all names that `onCommit` was not called with. A name that has neither result nor error
 * has no total.
 */
export async function recordVisits(
  run: RunStatement,
  batch: ReadonlyMap<string, number>,
  { turn, onCommit }: RecordVisitsOptions,
): Promise<void> {
  const known = await append(run, batch, turn);
  onCommit(known);
  if (known.size === batch.size) return;
  const created = new Map([...batch].filter(([username]) => !known.has(username)));
  await run(createVisitors, [[...created.keys()]]);
  // A new statement has a new snapshot, and so sees the names that another process created meanwhile.
  onCommit(await append(run, created));
}

async function append(
  run: RunStatement,
  batch: ReadonlyMap<string, number>,
  turn?: string,
): Promise<Map<string, NumberedVisits>> {
  const rows = await run<LockedTotal>(appendVisits, [[...batch.keys()], [...batch.values()], turn]);
  return new Map(rows.map(({ id, username, before }) => [username, { id, first: Number(before) + 1 }]));
}
