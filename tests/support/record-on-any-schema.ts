import type { TestDatabase } from './test-database';

/** Records a visit of each name by statements that work on every schema, and returns the number of the first name. */
export async function recordOnAnySchema(
  { query }: Pick<TestDatabase, 'query'>,
  names: readonly [string, ...string[]],
): Promise<number> {
  const list = names.map((name) => `'${name}'`).join(', ');
  await query(
    `INSERT INTO visitors (username) SELECT unnest(ARRAY[${list}]) ON CONFLICT (username) DO NOTHING`,
  );
  await query(`INSERT INTO visits (visitor_id) SELECT id FROM visitors WHERE username IN (${list})`);
  const [row] = await query<{ visits: string }>(
    `SELECT visits FROM visit_totals JOIN visitors ON id = visitor_id WHERE username = '${names[0]}'`,
  );
  return Number(row?.visits);
}
