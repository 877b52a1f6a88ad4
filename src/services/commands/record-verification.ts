import type { PreparedStatement, RunPrepared } from '../../shared/prepared-statement';

const insertVerification: PreparedStatement = {
  name: 'record-verification',
  text: 'INSERT INTO totals_verifications (visitors, visits, drifted) VALUES ($1, $2, $3)',
};

/** Keeps what a verification of the totals found. */
export async function recordVerification(
  run: RunPrepared,
  verification: { readonly visitors: number; readonly visits: number; readonly drifted: number },
): Promise<void> {
  await run(insertVerification, [verification.visitors, verification.visits, verification.drifted]);
}
