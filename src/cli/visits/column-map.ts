import { LineFault } from '../../shared/line-fault';
import { showInvisible } from './parse-record';

/** The columns of a file of another counter: the name of a field, and the heading of its column. */
export type ColumnMap = ReadonlyMap<string, string>;

/**
 * Finds the fields of a file of another counter. A field without a mapping has its own name as heading. All other
 * columns are ignored.
 * @param names the fields that are wanted.
 * @returns the field of each column; undefined for an ignored one.
 * @throws {LineFault} if a column is missing, or there twice.
 */
export function mapColumns(
  line: number,
  headings: readonly string[],
  map: ColumnMap,
  names: readonly string[],
): (string | undefined)[] {
  const fields = new Map(names.map((name) => [map.get(name) ?? name, name]));
  for (const heading of fields.keys()) {
    const columns = headings.filter((other) => other === heading).length;
    if (columns === 1) continue;
    const found = columns === 0 ? 'is missing' : 'is there twice';
    throw new LineFault(
      line,
      `the column "${heading}" ${found}; the columns are ${headings.map(showInvisible).join(', ')}`,
    );
  }
  return headings.map((heading) => fields.get(heading));
}

/** Reads the fields of one line of CSV. An empty field is a missing one: no value of a record is empty. */
export function nameFields(
  line: number,
  columns: readonly (string | undefined)[],
  fields: readonly string[],
): Record<string, string> {
  if (fields.length !== columns.length) {
    throw new LineFault(line, `it has ${fields.length} fields where the first line has ${columns.length}`);
  }
  const named: Record<string, string> = {};
  for (const [index, name] of columns.entries()) {
    const value = fields[index];
    if (name !== undefined && value !== undefined && value !== '') named[name] = value;
  }
  return named;
}
