import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** A row in the order of the columns. */
export type CopyRow = readonly (string | number | null)[];

/**
 * Streams rows into a table by COPY. Memory does not grow with their number.
 * @param target the table and its columns, as SQL.
 * @returns the number of rows.
 */
export async function copyRows(
  client: ClientBase,
  target: string,
  rows: AsyncIterable<CopyRow>,
): Promise<number> {
  const copy = client.query(copyFrom(`COPY ${target} FROM STDIN`));
  await pipeline(Readable.from(joinRows(rows), { objectMode: false, highWaterMark: chunkLength }), copy);
  return copy.rowCount;
}

const chunkLength = 65_536;

// One write per row would cost more than the row.
async function* joinRows(rows: AsyncIterable<CopyRow>): AsyncGenerator<Buffer> {
  let chunk = '';
  for await (const row of rows) {
    chunk += `${row.map(encodeField).join('\t')}\n`;
    if (chunk.length >= chunkLength) {
      yield Buffer.from(chunk);
      chunk = '';
    }
  }
  if (chunk !== '') yield Buffer.from(chunk);
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

// https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2
function encodeField(value: string | number | null): string {
  if (value === null) return '\\N';
  return String(value).replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? character);
}
