import type { Readable } from 'node:stream';
import type { TotalRecord } from '../../services/commands/transfer/transfer-record';
import { LineFault } from '../../shared/line-fault';
import { countRule, isCount, parseName } from './parse-record';
import { readCsv } from './read-csv';

const header = /^(user)?name,(count|visits|total)$/i;

/**
 * Reads the totals of another counter: CSV lines of a name and a count. A first line `name,count` is the header.
 * @throws {LineFault} for the first line that cannot be imported.
 */
export async function* readTotals(input: Readable): AsyncGenerator<TotalRecord> {
  let isFirst = true;
  for await (const { line, fields } of readCsv(input)) {
    const isHeader = isFirst && header.test(fields.map((name) => name.trim()).join(','));
    isFirst = false;
    if (isHeader) continue;
    const [name = '', count = ''] = fields;
    if (fields.length !== 2)
      throw new LineFault(line, 'it must be a name and a count with a comma between them');
    if (!isCount(count.trim())) {
      throw new LineFault(line, `"${count}" ${countRule}`);
    }
    yield { line, username: parseName(line, name), visits: count.trim() };
  }
}
