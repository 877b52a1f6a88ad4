import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ExportFormat } from '../../services/queries/export-log';
import type { TransferRecord } from '../../services/commands/transfer/transfer-record';
import { LineFault } from '../../shared/line-fault';
import { parseRecord, recordFields } from './parse-record';
import { readCsv } from './read-csv';

/**
 * Reads an exported log, or a file of the same form, one record at a time.
 * @throws {LineFault} at the first line that cannot be imported.
 */
export function readLog(input: Readable, format: ExportFormat): AsyncGenerator<TransferRecord> {
  return format === 'csv' ? readCsvLog(input) : readNdjsonLog(input);
}

async function* readCsvLog(input: Readable): AsyncGenerator<TransferRecord> {
  let header: readonly string[] | undefined;
  for await (const { line, fields } of readCsv(input)) {
    if (!header) {
      header = checkHeader(line, fields);
      continue;
    }
    yield parseRecord(line, nameFields(line, header, fields));
  }
}

function nameFields(line: number, header: readonly string[], fields: readonly string[]): object {
  if (fields.length !== header.length) {
    throw new LineFault(line, `it has ${fields.length} fields where the first line has ${header.length}`);
  }
  const named: Record<string, string> = {};
  for (const [index, name] of header.entries()) {
    // An empty field is none: no value of a record is empty.
    const value = fields[index];
    if (value !== undefined && value !== '') named[name] = value;
  }
  return named;
}

function checkHeader(line: number, fields: readonly string[]): readonly string[] {
  const unknown = fields.find((name) => !recordFields.includes(name));
  if (unknown !== undefined) {
    throw new LineFault(line, `"${unknown}" is no column; the first line names ${recordFields.join(',')}`);
  }
  if (!fields.includes('username')) throw new LineFault(line, 'the first line names no column "username"');
  return fields;
}

async function* readNdjsonLog(input: Readable): AsyncGenerator<TransferRecord> {
  let line = 0;
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    line += 1;
    if (text !== '') yield parseRecord(line, parseJson(line, text));
  }
}

function parseJson(line: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LineFault(line, `it is no JSON: ${(error as Error).message}`);
  }
}
