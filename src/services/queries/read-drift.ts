import type { PreparedStatement, RunPrepared } from '../../shared/prepared-statement';

const lastVerification: PreparedStatement = {
  name: 'last-verification',
  text: 'SELECT drifted FROM totals_verifications ORDER BY id DESC LIMIT 1',
};

/** How many visitors' totals differed when they were last verified; undefined before the first time. */
export async function readDrift(run: RunPrepared): Promise<number | undefined> {
  const [row] = await run<{ drifted: string }>(lastVerification, []);
  return row && Number(row.drifted);
}
