import type { Statement, RunStatement } from '../../shared/statement';

const insertVerification: Statement = {
  name: 'record-verification',
  text: 'INSERT INTO totals_verifications (visitors, visits, drifted) VALUES ($1, $2, $3)',
};

/** Keeps what a verification of the totals found. */
export async function recordVerification(
  run: RunStatement,
  verification: { readonly visitors: number; readonly visits: number; readonly drifted: number },
): Promise<void> {
  await run(insertVerification, [verification.visitors, verification.visits, verification.drifted]);
}
