import type { Readable } from 'node:stream';
import type { TotalRecord } from '../../services/commands/transfer/transfer-record';
import { LineFault } from '../../shared/line-fault';
import { mapColumns, nameFields, type ColumnMap } from './column-map';
import { countRule, isCount, parseName } from './parse-record';
import { readCsv } from './read-csv';

const header = /^(user)?name,(count|visits|total)$/i;

/**
 * Reads the totals of another counter: CSV lines of a name and a count. A first line `name,count` is the header.
 * @param map the columns of the fields `username` and `visits`. Then the first line has the headings.
 * @throws {LineFault} for the first line that cannot be imported.
 */
export async function* readTotals(input: Readable, map?: ColumnMap): AsyncGenerator<TotalRecord> {
  let columns: readonly (string | undefined)[] | undefined;
  for await (const { line, fields } of readCsv(input)) {
    if (!columns && map) {
      columns = mapColumns(line, fields, map, ['username', 'visits']);
      continue;
    }
    const isFirst = !columns;
    columns ??= ['username', 'visits'];
    if (isFirst && header.test(fields.map((name) => name.trim()).join(','))) continue;
    if (!map && fields.length !== 2) {
      throw new LineFault(line, 'it must be a name and a count with a comma between them');
    }
    const { username = '', visits = '' } = nameFields(line, columns, fields);
    if (!isCount(visits.trim())) throw new LineFault(line, `"${visits}" ${countRule}`);
    yield { line, username: parseName(line, username), visits: visits.trim() };
  }
}
