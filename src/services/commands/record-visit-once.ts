import { DomainError } from '../../shared/domain-error';
import type { PreparedStatement, RunPrepared } from '../../shared/prepared-statement';
import { keyLifetime } from '../key-lifetime';
import type { RecordedVisit } from './create-visit-recorder';

/** A visit under a key: committed, now or when the key was first used. */
export interface KeyedVisit extends RecordedVisit {
  /** True for a repeat: nothing was recorded, and the number is that of the first answer. */
  readonly replayed: boolean;
}

interface KeyedRow {
  readonly id: string;
  readonly username: string;
  readonly visits: string;
  readonly replayed: boolean;
}

/**
 * One statement, one commit, as for visits without a key: it locks the name's total, appends the event, and the
 * trigger moves the total; the key and the number are written beside them. A key that is known takes neither lock nor
 * write. A key that another transaction is writing waits for its end. A key past its time is taken over. No row means
 * that the name is unknown, or that the key became known while the statement waited, which its snapshot cannot see.
 */
const claimKey: PreparedStatement = {
  name: 'claim-idempotency-key',
  text: `
    WITH stored AS (
      SELECT visitor_id, visits FROM idempotency_keys
      WHERE key = $1::text AND created_at > now() - ${keyLifetime}
    ), locked AS (
      SELECT visitors.id, visit_totals.visits
      FROM visitors
      JOIN visit_totals ON visit_totals.visitor_id = visitors.id
      WHERE visitors.username = $2::text AND NOT EXISTS (SELECT FROM stored)
      FOR NO KEY UPDATE OF visit_totals
    ), claimed AS (
      INSERT INTO idempotency_keys AS held (key, visitor_id, visits)
      SELECT $1::text, id, visits + 1 FROM locked
      ON CONFLICT (key) DO UPDATE
        SET visitor_id = excluded.visitor_id, visits = excluded.visits, created_at = excluded.created_at
        WHERE held.created_at <= now() - ${keyLifetime}
      RETURNING visitor_id, visits
    ), appended AS (
      INSERT INTO visits (visitor_id) SELECT visitor_id FROM claimed
    )
    SELECT visitor_id AS id, $2::text AS username, visits, false AS replayed FROM claimed
    UNION ALL
    SELECT visitors.id, username, visits, true
    FROM stored JOIN visitors ON visitors.id = stored.visitor_id`,
};

/** Looks first, so that no id is burnt on a name that is there. */
const createVisitor: PreparedStatement = {
  name: 'create-visitor',
  text: `
    INSERT INTO visitors (username)
    SELECT $1::text WHERE NOT EXISTS (SELECT FROM visitors WHERE username = $1::text)
    ON CONFLICT (username) DO NOTHING`,
};

/**
 * Appends one visit unless the key has already recorded one within its time; either way it answers with the visit that
 * stands for the key. Safe to repeat after any failure, also an unknown outcome.
 * @throws {StatementError} as the runner does; {DomainError} `idempotency-key-reused` when the key stands for a visit
 * to another name, `totals-missing`.
 */
export async function recordVisitOnce(run: RunPrepared, key: string, username: string): Promise<KeyedVisit> {
  // The first look may find the name unknown and the second lose a race for the key; the third sees its winner.
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const [row] = await run<KeyedRow>(claimKey, [key, username]);
    if (row) return toVisit(row, username);
    await run(createVisitor, [username]);
  }
  throw new DomainError('totals-missing', 'A visitor has no total; "npm run totals rebuild" creates it.');
}

function toVisit(row: KeyedRow, username: string): KeyedVisit {
  if (row.username !== username) {
    throw new DomainError(
      'idempotency-key-reused',
      'This key has recorded a visit to another name; nothing was recorded. Make a new key for each visit.',
    );
  }
  return { id: row.id, username, visits: Number(row.visits), replayed: row.replayed };
}
