import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { VisitWindow } from './visitor-page';

/** Which visits to export. */
export interface ExportWindow extends VisitWindow {
  /** Only visits with ids up to this one. A bigint, as text. */
  readonly lastId?: string;
}

/** The formats of an export. */
export const exportFormats = ['csv', 'ndjson'] as const;

/** How an export is written. */
export type ExportFormat = (typeof exportFormats)[number];

const columns = 'kind, username, visited_at, id, visits, source';

const visitors = `SELECT 'visitor' AS kind, username, NULL AS visited_at, id, NULL AS visits, NULL AS source
  FROM visitors ORDER BY id`;

const balances = `SELECT 'opening' AS kind, username, NULL AS visited_at, import_id AS id, visits, source
  FROM opening_balances
  JOIN balance_imports ON balance_imports.id = import_id
  JOIN visitors ON visitors.id = visitor_id
  ORDER BY import_id, visitor_id`;

/**
 * Writes the log by COPY, as of one moment: every visitor, the opening balances by import, and every visit in the order
 * of recording. Retired visits are a balance. With a window, only visits. Memory does not grow with the log.
 * @param isForSpreadsheet writes CSV in which no text is a formula. Its names are not to be imported.
 */
export async function exportLog(
  client: ClientBase,
  format: ExportFormat,
  window: ExportWindow,
  target: Writable,
  isForSpreadsheet = false,
): Promise<void> {
  await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    // A spreadsheet reads UTF-8 only after a byte order mark.
    if (isForSpreadsheet) target.write('\uFEFF');
    if (format === 'csv') target.write(`${columns.replaceAll(' ', '')}\n`);
    const whole = !window.since && !window.until;
    for (const select of whole ? [visitors, balances, selectVisits(window)] : [selectVisits(window)]) {
      const selected = isForSpreadsheet ? quoteFormulas(select) : select;
      await pipeline(client.query(copyTo(toCopy(selected, format))), target, { end: false });
    }
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
  }
}

/**
 * Puts an apostrophe before what a spreadsheet would execute, also after a character that separates cells where the
 * spreadsheet does not expect commas. See https://owasp.org/www-community/attacks/CSV_Injection.
 */
function quoteFormulas(select: string): string {
  const quote = (name: string): string =>
    `regexp_replace(${name}, '(^|[,;|"\t\r\n])(?=\\s*[=+@＝＋－＠-])', '\\1''', 'g') AS ${name}`;
  return `SELECT kind, ${quote('username')}, visited_at, id, visits, ${quote('source')} FROM (${select}) AS exported`;
}

// COPY takes no parameters. `toISOString` and `BigInt` write nothing that needs escaping.
function selectVisits({ since, until, lastId }: ExportWindow): string {
  const conditions = [
    ...(since ? [`visited_at >= '${since.toISOString()}'`] : []),
    ...(until ? [`visited_at < '${until.toISOString()}'`] : []),
    ...(lastId === undefined ? [] : [`visits.id <= ${BigInt(lastId)}`]),
  ];
  return `SELECT 'visit' AS kind, username,
      to_char(visited_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS visited_at,
      NULL AS id, NULL AS visits, NULL AS source
    FROM visits JOIN visitors ON visitors.id = visitor_id
    ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
    ORDER BY visits.id`;
}

function toCopy(select: string, format: ExportFormat): string {
  if (format === 'csv') return `COPY (${select}) TO STDOUT WITH (FORMAT csv)`;
  // The text format would double every backslash. JSON holds no raw control characters, so with two of them as quote
  // and delimiter the CSV format changes nothing.
  const plain = `FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02'`;
  return `COPY (SELECT json_strip_nulls(row_to_json(record)) FROM (${select}) AS record) TO STDOUT WITH (${plain})`;
}
