import { pipeline } from 'node:stream/promises';
import { escapeIdentifier, type Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { OperatorError } from '../shared/operator-error';

/** What was copied. */
export interface CopiedRows {
  readonly tables: number;
  readonly rows: number;
}

interface Table {
  readonly name: string;
  /** The columns as SQL, without those that the database computes. */
  readonly columns: string;
}

/** The tables of the current schema; a partitioned table stands for its partitions. */
const listTables = `
  SELECT relname AS name, string_agg(quote_ident(attname), ', ' ORDER BY attname) AS columns
  FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
  WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
    AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
  GROUP BY relname ORDER BY relname`;

/** Counts the rows that `copyDatabase` would copy. */
export async function countRows(client: Client): Promise<number> {
  let sum = 0;
  for (const { name } of await readTables(client)) {
    const { rows } = await client.query<{ rows: string }>(
      `SELECT count(*) AS rows FROM ${escapeIdentifier(name)}`,
    );
    sum += Number(rows[0]?.rows);
  }
  return sum;
}

/**
 * Copies all rows and sequences of one database into another with the same tables, whose rows it replaces, in one
 * transaction. Triggers and foreign keys do not act, so totals and counts arrive as they are. The versions of the two
 * servers may differ.
 * @param target a superuser
 * @param add called with numbers of rows that were sent
 * @throws {OperatorError} if the tables differ, or the number of rows that arrived
 */
export async function copyDatabase(
  source: Client,
  target: Client,
  add: (rows: number) => void,
): Promise<CopiedRows> {
  await source.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const tables = await readTables(source);
  requireSameTables(tables, await readTables(target));
  await target.query('BEGIN');
  await target.query('SET LOCAL session_replication_role = replica');
  const names = tables.map(({ name }) => escapeIdentifier(name));
  if (names.length > 0) await target.query(`TRUNCATE ${names.join(', ')}`);
  let rows = 0;
  for (const table of tables) rows += await copyTable(source, target, table, add);
  await copySequences(source, target);
  await target.query('COMMIT');
  await source.query('COMMIT');
  await target.query('ANALYZE');
  return { tables: tables.length, rows };
}

async function readTables(client: Client): Promise<Table[]> {
  return (await client.query<Table>(listTables)).rows;
}

function requireSameTables(source: readonly Table[], target: readonly Table[]): void {
  const describe = (tables: readonly Table[]): string[] =>
    tables.map((each) => `${each.name} (${each.columns})`);
  const [ours, theirs] = [describe(source), describe(target)];
  const differing = [
    ...ours.filter((each) => !theirs.includes(each)),
    ...theirs.filter((each) => !ours.includes(each)),
  ];
  if (differing.length === 0) return;
  throw new OperatorError(
    `The database has other tables than its migrations create: ${differing.join(', ')}.`,
  );
}

async function copyTable(
  source: Client,
  target: Client,
  { name, columns }: Table,
  add: (rows: number) => void,
): Promise<number> {
  const table = escapeIdentifier(name);
  // COPY of a partitioned table itself would copy nothing.
  const reader = source.query(copyTo(`COPY (SELECT ${columns} FROM ${table}) TO STDOUT`));
  const writer = target.query(copyFrom(`COPY ${table} (${columns}) FROM STDIN`));
  const count = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      add(countLines(chunk));
      yield chunk;
    }
  };
  await pipeline(reader, count, writer);
  if (reader.rowCount === writer.rowCount) return writer.rowCount;
  throw new OperatorError(`${writer.rowCount} of ${reader.rowCount} rows of ${name} arrived.`);
}

/** In the text format of COPY each row ends with the only line feed that is not escaped. */
function countLines(chunk: Buffer): number {
  let lines = 0;
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
  return lines;
}

async function copySequences(source: Client, target: Client): Promise<void> {
  const { rows } = await source.query<{ name: string }>(
    `SELECT quote_ident(sequencename) AS name FROM pg_sequences WHERE schemaname = current_schema()`,
  );
  for (const { name } of rows) {
    const state = await source.query<{ last_value: string; is_called: boolean }>(
      `SELECT last_value, is_called FROM ${name}`,
    );
    await target.query('SELECT setval($1, $2, $3)', [
      name,
      state.rows[0]?.last_value,
      state.rows[0]?.is_called,
    ]);
  }
}
