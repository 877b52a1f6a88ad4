import type { ClientBase } from 'pg';

const visitsAtOnce = 10_000;

// Every search passes over the rows that the ones before it have moved.
const mostRounds = 5;
const fewVisits = 1000;

/** What an act does to all visits of a visitor. */
export interface VisitsWork {
  /** Changes visits so that they are no longer those of the visitor. */
  readonly change: (ids: readonly string[]) => Promise<void>;
  /** Called with the number of visits that were changed. */
  readonly onChanged: (visits: number) => void;
}

/**
 * Holds the counts over time until the transaction ends: no visit is rolled up meanwhile, and visits do not wait. To be
 * called before anything that visits wait for is locked.
 */
export async function lockCounts(client: ClientBase): Promise<void> {
  await client.query('SELECT FROM visit_rollup FOR UPDATE');
}

/** Changes the visits of a visitor while others arrive, until few are left. */
export async function changeMostVisits(
  client: ClientBase,
  visitorId: string,
  work: VisitsWork,
): Promise<void> {
  for (let round = 1; round <= mostRounds; round += 1) {
    if ((await changeVisits(client, visitorId, work)) <= fewVisits) return;
  }
}

/**
 * Changes the visits of a visitor, a part at a time.
 * @returns how many.
 */
export async function changeVisits(
  client: ClientBase,
  visitorId: string,
  { change, onChanged }: VisitsWork,
): Promise<number> {
  let changed = 0;
  await client.query(
    'DECLARE visits_to_change NO SCROLL CURSOR FOR SELECT id FROM visits WHERE visitor_id = $1',
    [visitorId],
  );
  for (;;) {
    const { rows } = await client.query<{ id: string }>(`FETCH ${visitsAtOnce} FROM visits_to_change`);
    if (rows.length === 0) break;
    await change(rows.map(({ id }) => id));
    changed += rows.length;
    onChanged(rows.length);
  }
  await client.query('CLOSE visits_to_change');
  return changed;
}
