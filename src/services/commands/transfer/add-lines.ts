import type { ClientBase } from 'pg';
import { findVisitorSql } from '../../find-visitor-sql';
import { withinTransaction } from '../within-transaction';
import { lockBriefly } from './lock-briefly';
import { createPartSize } from './part-size';
import type { OpenImport } from './register-import';

/** What an import added. */
export interface AddedLines {
  readonly visits: number;
  readonly createdVisitors: number;
}

/**
 * Adds the staged lines that are not added yet, in their order: names, visits and balances, as if they were recorded
 * now. Each part is one transaction, which also records how far the import is.
 * @param onAdded called with the number of lines of each part.
 * @param linesAtOnce lines of one part at most. Visits to their names wait until it is committed.
 * @throws {OperatorError} if a name stays locked. The parts before remain.
 */
export async function addLines(
  client: ClientBase,
  open: OpenImport,
  onAdded: (lines: number) => void,
  linesAtOnce = 2000,
): Promise<AddedLines> {
  await client.query('DROP TABLE IF EXISTS pg_temp.part');
  await client.query(`CREATE TEMP TABLE part (
    place bigint, kind text, visitor_id bigint, visited_at timestamptz, import_id bigint, visits bigint
  ) ON COMMIT DELETE ROWS`);
  let [visits, createdVisitors] = [0, 0];
  const size = createPartSize(linesAtOnce);
  for (let first = open.addedLines; first < open.lines;) {
    const last = Math.min(first + size.rows, open.lines);
    const added = await size.measure(() =>
      withinTransaction(client, () => lockBriefly(client, () => addPart(client, open, [first, last]))),
    );
    visits += added.visits;
    createdVisitors += added.createdVisitors;
    onAdded(last - first);
    first = last;
  }
  return { visits, createdVisitors };
}

/** Adds the lines after `first` up to `last`. Triggers add to the totals. */
async function addPart(
  client: ClientBase,
  { id, keepsIds }: OpenImport,
  [first, last]: readonly [number, number],
): Promise<AddedLines> {
  let { rowCount: created } = await client.query(createVisitors, [first, last, keepsIds]);
  // If an id of the file is taken, its name gets another.
  if (keepsIds)
    created = (created ?? 0) + ((await client.query(createVisitors, [first, last, false])).rowCount ?? 0);
  const { rowCount: found } = await client.query(findVisitors, [first, last, id]);
  if (found !== last - first)
    throw new Error(`${last - first} lines have visitors or imports for ${found ?? 0} only`);
  const { rows } = await client.query<{ visits: string }>(appendVisits, [id]);
  await client.query(addBalances);
  const visits = Number(rows[0]?.visits ?? 0);
  await client.query(recordProgress, [id, last, visits]);
  return { visits, createdVisitors: created ?? 0 };
}

// New names get their ids in the order of the file, and are inserted in the order in which visits insert theirs, so that
// the two cannot deadlock.
const createVisitors = `
  WITH named AS (
    SELECT username, min(place) AS first, max(id) FILTER (WHERE kind = 'visitor' AND $3) AS given
    FROM staged WHERE place > $1 AND place <= $2 GROUP BY username
  ), missing AS MATERIALIZED (
    SELECT coalesce(given, nextval(pg_get_serial_sequence('visitors', 'id'))) AS id, username
    FROM (
      SELECT named.* FROM named LEFT JOIN LATERAL ${findVisitorSql('named.username')} AS visitor ON true
      WHERE visitor.id IS NULL ORDER BY first
    ) AS ordered
  )
  INSERT INTO visitors (id, username) SELECT id, username FROM missing ORDER BY username
  ON CONFLICT DO NOTHING`;

const findVisitors = `
  INSERT INTO part (place, kind, visitor_id, visited_at, import_id, visits)
  SELECT staged.place, staged.kind, visitor.id, staged.visited_at, coalesce(balances.id, $3), staged.visits
  FROM staged
  CROSS JOIN LATERAL ${findVisitorSql('staged.username')} AS visitor
  LEFT JOIN balance_imports AS balances
    ON staged.kind = 'opening' AND balances.part_of = $3 AND balances.file_id = staged.id AND balances.source = staged.source
  WHERE staged.place > $1 AND staged.place <= $2`;

// Where no other visits came between, the ids have no gaps, and the part is one range.
const appendVisits = `
  WITH appended AS (
    INSERT INTO visits (visitor_id, visited_at)
    SELECT visitor_id, visited_at FROM part WHERE kind = 'visit' ORDER BY place RETURNING id
  ), ranges AS (
    INSERT INTO imported_visits (first_id, last_id, import_id)
    SELECT min(id), max(id), $1::bigint
    FROM (SELECT id, id - row_number() OVER (ORDER BY id) AS island FROM appended) AS numbered GROUP BY island
  )
  SELECT count(*) AS visits FROM appended`;

// A name and its alias are one visitor, whose balance is replaced: it cannot be updated.
const addBalances = `
  WITH added AS (
    SELECT import_id, visitor_id, sum(visits) AS visits FROM part
    WHERE kind IN ('opening', 'total') GROUP BY import_id, visitor_id
  ), replaced AS (
    DELETE FROM opening_balances AS balance USING added
    WHERE (balance.import_id, balance.visitor_id) = (added.import_id, added.visitor_id)
    RETURNING balance.import_id, balance.visitor_id, balance.visits
  )
  INSERT INTO opening_balances (import_id, visitor_id, visits)
  SELECT import_id, visitor_id, sum(visits)
  FROM (SELECT * FROM added UNION ALL SELECT * FROM replaced) AS balances GROUP BY import_id, visitor_id`;

const recordProgress = `
  UPDATE balance_imports SET added_lines = $2, appended_visits = appended_visits + $3,
    state = CASE WHEN lines = $2 THEN 'complete' ELSE state END
  WHERE id = $1`;
