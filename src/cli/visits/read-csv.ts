import { pipeline, type Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { LineFault } from '../../shared/line-fault';

/** One line of a CSV file: its number, counted from 1, and its fields. */
export interface CsvLine {
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * Reads CSV (RFC 4180) line by line and skips empty lines.
 * @throws {LineFault} for invalid CSV.
 */
export async function* readCsv(input: Readable): AsyncGenerator<CsvLine> {
  const parser = parse({ bom: true, relax_column_count: true });
  // An error of the input destroys the parser, and the loop below throws it.
  pipeline(input, parser, () => undefined);
  // Counted here: asking the parser for the line of each record would cost more than reading the record.
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

// The library ends its messages with the line number, which a LineFault has already.
function toReason({ message }: CsvError): string {
  return message.replace(/ (on|at) line \d+.*$/s, '').replace(/^./, (first) => first.toLowerCase());
}
