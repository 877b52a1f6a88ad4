import type { Readable } from 'node:stream';
import type { ExportFormat } from '../../services/queries/export-log';
import type { TransferRecord } from '../../services/commands/transfer/transfer-record';
import { LineFault } from '../../shared/line-fault';
import { mapColumns, nameFields, type ColumnMap } from './column-map';
import { parseRecord, recordFields, showInvisible } from './parse-record';
import { readCsv } from './read-csv';
import { readLines } from './read-lines';

/** The fields of a visit, which a map may name. */
const visitFields = ['username', 'visited_at'];

/**
 * Reads an exported log, or a file in the same format, one record at a time.
 * @param map the columns of a file of another counter. Then all lines are visits.
 * @throws {LineFault} for the first line that cannot be imported.
 */
export function readLog(
  input: Readable,
  format: ExportFormat,
  map?: ColumnMap,
): AsyncGenerator<TransferRecord> {
  return format === 'csv' ? readCsvLog(input, map) : readNdjsonLog(input, map);
}

async function* readCsvLog(input: Readable, map?: ColumnMap): AsyncGenerator<TransferRecord> {
  let columns: readonly (string | undefined)[] | undefined;
  for await (const { line, fields } of readCsv(input)) {
    if (!columns) {
      columns = map ? mapColumns(line, fields, map, visitFields) : checkHeader(line, fields);
      continue;
    }
    yield parseRecord(line, nameFields(line, columns, fields));
  }
}

function checkHeader(line: number, fields: readonly string[]): readonly string[] {
  const unknown = fields.find((name) => !recordFields.includes(name));
  if (unknown !== undefined) {
    const reason = `"${showInvisible(unknown)}" must be one of the columns ${recordFields.join(',')}`;
    throw new LineFault(line, recordFields.includes(unknown.trim()) ? `${reason}, without a space` : reason);
  }
  const repeated = fields.find((name, index) => fields.indexOf(name) < index);
  if (repeated !== undefined) throw new LineFault(line, `it names the column "${repeated}" twice`);
  if (!fields.includes('username')) throw new LineFault(line, 'the column "username" is missing');
  return fields;
}

async function* readNdjsonLog(input: Readable, map?: ColumnMap): AsyncGenerator<TransferRecord> {
  let line = 0;
  for await (const text of readLines(input)) {
    line += 1;
    if (text === '') continue;
    const given = parseJson(line, text);
    if (map) {
      yield parseRecord(line, pickFields(given, map));
      continue;
    }
    const record = parseRecord(line, given);
    // Of two fields with one name, JSON.parse keeps the last.
    if (countKeys(text) > Object.keys(given as object).length) {
      throw new LineFault(line, 'it names a field twice');
    }
    yield record;
  }
}

function pickFields(given: unknown, map: ColumnMap): unknown {
  if (typeof given !== 'object' || given === null) return given;
  const fields = given as Record<string, unknown>;
  return Object.fromEntries(visitFields.map((name) => [name, fields[map.get(name) ?? name]]));
}

function parseJson(line: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LineFault(line, `it must be JSON: ${showInvisible((error as Error).message)}`);
  }
}

/** Counts the keys of a flat JSON object: they follow a brace or a comma. Inside a value, a quote has a backslash. */
function countKeys(text: string): number {
  return text.match(/[{,]\s*"[^"]*"\s*:/g)?.length ?? 0;
}
