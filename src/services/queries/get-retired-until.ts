import type { ClientBase } from 'pg';

/** Returns the moment before which visits were retired; undefined if none ever were. Later visits are all in the log. */
export async function getRetiredUntil(client: ClientBase): Promise<Date | undefined> {
  // An export of a schema that lacks migrations is complete without it.
  const { rows: tables } = await client.query<{ there: boolean }>(
    `SELECT to_regclass('retirements') IS NOT NULL AS there`,
  );
  if (!tables[0]?.there) return undefined;
  const { rows } = await client.query<{ until: Date | null }>(
    'SELECT max(before) AS until FROM retirements WHERE visits > 0',
  );
  return rows[0]?.until ?? undefined;
}
