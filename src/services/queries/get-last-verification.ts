import type { Statement, RunStatement } from '../../shared/statement';

/** What the last verification of the totals found. */
export interface Verification {
  readonly verifiedAt: Date;
  /** Visitors whose total differed from the log. */
  readonly drifted: number;
}

const lastVerification: Statement = {
  name: 'last-verification',
  text: 'SELECT verified_at, drifted FROM totals_verifications ORDER BY id DESC LIMIT 1',
};

/** Reads what the last verification of the totals found; undefined before the first. */
export async function getLastVerification(run: RunStatement): Promise<Verification | undefined> {
  const [row] = await run<{ verified_at: Date; drifted: string }>(lastVerification, []);
  return row && { verifiedAt: row.verified_at, drifted: Number(row.drifted) };
}
