import type { PreparedStatement, RunPrepared } from '../../shared/prepared-statement';
import { takeTurn } from './recording-turn';

/** How often each name is visited in one batch. Every name stands once. */
export type VisitBatch = ReadonlyMap<string, number>;

/** What one name's visits of a batch became: they are the visits `first` to `first + times - 1` of that name. */
export interface RecordedVisits {
  readonly id: string;
  readonly first: number;
}

/** What became of one name of a batch. */
export type VisitOutcome = RecordedVisits | Error;

interface LockedTotal {
  readonly id: string;
  readonly username: string;
  readonly before: string;
}

/**
 * One statement, one commit. It locks the names' totals in the order of their ids (so two processes never wait for
 * each other), appends the events, and answers with the totals before them; a trigger then moves the totals. The
 * locks are held until the commit, so nobody else can be given the same numbers. Unknown names are left out. The turn
 * comes first, and only one is taken, so that whoever waits for it holds no row.
 *
 * OFFSET 0 keeps the arrays from the planner: of what it cannot see no plan is better than the one it has, so it plans
 * once for each connection and not for each batch. LIMIT 1 has it look each name up by the index, however few it expects.
 */
const appendVisits: PreparedStatement = {
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

/** New names, in one order for the same reason. Only unknown names get here, so that no id is burnt on others. */
const createVisitors: PreparedStatement = {
  name: 'create-visitors',
  text: `
    INSERT INTO visitors (username)
    SELECT username FROM unnest($1::text[]) AS created (username) ORDER BY username
    ON CONFLICT (username) DO NOTHING`,
};

/** What else there is to know about a batch. */
export interface RecordVisitsOptions {
  /** The name at which other processes record as well: they can wait until this batch is committed. */
  readonly turn?: string | undefined;
  /** Told of the known names, which are committed, while the new ones still take their statements. */
  readonly settleKnown?: (outcomes: ReadonlyMap<string, VisitOutcome>) => void;
}

/**
 * Appends a batch of visits to the log and says which numbers each name got. Known and new names may be mixed: new
 * ones take one statement more for the names and one for their visits, and when those fail, the error stands for the
 * new names alone, since the visits of the known ones are committed by then.
 * @throws {StatementError} when the first statement fails: then nothing else was tried.
 */
export async function recordVisits(
  run: RunPrepared,
  batch: VisitBatch,
  { turn, settleKnown }: RecordVisitsOptions = {},
): Promise<Map<string, VisitOutcome>> {
  const outcomes = new Map<string, VisitOutcome>(await append(run, batch, turn));
  if (outcomes.size === batch.size) return outcomes;

  // Somebody else may hold a new name for seconds: whoever is committed need not wait for that.
  settleKnown?.(outcomes);
  const created = new Map([...batch].filter(([username]) => !outcomes.has(username)));
  try {
    await run(createVisitors, [[...created.keys()]]);
    // A new statement sees a new snapshot, and with it the names that another process created meanwhile.
    for (const [username, visits] of await append(run, created)) outcomes.set(username, visits);
  } catch (error) {
    for (const username of created.keys()) outcomes.set(username, error as Error);
  }
  return outcomes;
}

async function append(
  run: RunPrepared,
  batch: VisitBatch,
  turn?: string,
): Promise<Map<string, RecordedVisits>> {
  const rows = await run<LockedTotal>(appendVisits, [[...batch.keys()], [...batch.values()], turn]);
  return new Map(rows.map(({ id, username, before }) => [username, { id, first: Number(before) + 1 }]));
}
