import { pipeline, type Readable } from 'node:stream';
import { CsvError, parse, type Parser } from 'csv-parse';
import { LineFault } from '../../shared/line-fault';
import { maxLineBytes, readUtf8 } from './read-utf8';

/** One line of a CSV file: its number, counted from 1, and its fields. */
export interface CsvLine {
  /** Where the line begins, if its fields hold line breaks. */
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * Reads CSV (RFC 4180) in UTF-8 line by line and skips empty lines.
 * @throws {LineFault} for invalid CSV.
 */
export async function* readCsv(input: Readable): AsyncGenerator<CsvLine> {
  const parser = parse({ relax_column_count: true, max_record_size: maxLineBytes });
  pipeline(readUtf8(input), parser, () => undefined);
  // Counted here: asking the parser for the line of each record would cost more than reading the record.
  let line = 1;
  try {
    for await (const fields of readRecords(parser)) {
      if (line === 1) checkFirstLine(fields);
      if (fields.length > 1 || fields[0] !== '') yield { line, fields };
      line += 1 + countBreaks(fields);
    }
  } catch (error) {
    if (error instanceof CsvError) throw new LineFault(line, explainError(error));
    throw error;
  } finally {
    parser.destroy();
  }
}

/** Reads every record before an error. The iterator of the stream drops those that it has buffered. */
async function* readRecords(parser: Parser): AsyncGenerator<string[]> {
  let wake: () => void = () => undefined;
  const onChange = (): void => {
    wake();
  };
  parser.on('readable', onChange).on('close', onChange);
  for (;;) {
    const fields = parser.read() as string[] | null;
    if (fields) {
      yield fields;
    } else if (parser.errored) {
      throw parser.errored;
    } else if (parser.closed) {
      return;
    } else {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
}

/** Refuses what spreadsheets write in place of CSV with commas. */
function checkFirstLine(fields: readonly string[]): void {
  const [first = ''] = fields;
  if (/^sep=.?$/i.test(fields.join(','))) {
    throw new LineFault(1, 'it names a separator; remove the line, and separate the fields with commas');
  }
  const separator = fields.length === 1 ? /[;\t|]/.exec(first)?.[0] : undefined;
  if (separator === undefined) return;
  const name = separator === '\t' ? 'tabs' : `"${separator}"`;
  throw new LineFault(1, `its fields are separated by ${name}; save the file with commas between the fields`);
}

function countBreaks(fields: readonly string[]): number {
  let breaks = 0;
  for (const field of fields) if (field.includes('\n')) breaks += field.split('\n').length - 1;
  return breaks;
}

const explanations: Partial<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is not closed; close it, or double it ("") if it is part of the text',
  CSV_MAX_RECORD_SIZE: `it is longer than ${maxLineBytes} bytes; a quote may not be closed`,
  CSV_INVALID_CLOSING_QUOTE: 'a quote is not closed, or a quote that is part of the text is not doubled ("")',
  INVALID_OPENING_QUOTE:
    'a quote is not at the start of its field; remove the space before it, or quote the whole field and double ("") the quotes in it',
};

// The library ends its messages with a line number, but not always with that of the first line of the record.
function explainError({ code, message }: CsvError): string {
  return (
    explanations[code] ??
    message.replace(/ (on|at) line \d+.*$/s, '').replace(/^./, (first) => first.toLowerCase())
  );
}
