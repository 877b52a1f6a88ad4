import type { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { LineFault } from '../../shared/line-fault';

/** One line of a file: its number, from 1 on, and its fields as text. */
export interface CsvLine {
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * Reads CSV (RFC 4180) line by line; empty lines are none.
 * @throws {LineFault} where it is no CSV.
 */
export async function* readCsv(input: Readable): AsyncGenerator<CsvLine> {
  const parser = input.pipe(parse({ bom: true, relax_column_count: true }));
  input.on('error', (error) => parser.destroy(error));
  // Counted here: the parser would tell the line with each record, at more than the cost of reading it.
  let line = 1;
  try {
    for await (const fields of parser as AsyncIterable<string[]>) {
      if (fields.length > 1 || fields[0] !== '') yield { line, fields };
      line += 1 + countBreaks(fields);
    }
  } catch (error) {
    if (error instanceof CsvError) throw new LineFault(Number(error['lines'] ?? line), toReason(error));
    throw error;
  }
}

function countBreaks(fields: readonly string[]): number {
  let breaks = 0;
  for (const field of fields) if (field.includes('\n')) breaks += field.split('\n').length - 1;
  return breaks;
}

// The library ends its messages with the line, which is told anyway.
function toReason({ message }: CsvError): string {
  return message.replace(/ (on|at) line \d+.*$/s, '').replace(/^./, (first) => first.toLowerCase());
}
