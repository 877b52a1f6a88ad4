import type { RunStatement, Statement } from '../../../shared/statement';

/** A retirement that is under way. */
export interface Retirement {
  /** A bigint, as text. */
  readonly id: string;
  /** Earlier visits are retired. */
  readonly before: Date;
}

/** A file that has all visits that a retirement removes. */
export interface Archive {
  readonly file: string;
  /** SHA-256 of the file. */
  readonly hash: Buffer;
  /** Visits with later ids are not in the file. */
  readonly lastId: string;
}

// Months of another zone would begin at other moments.
const readStart: Statement = {
  text: `SELECT (date_trunc('month', now() AT TIME ZONE 'UTC') - $1::int * interval '1 month') AT TIME ZONE 'UTC' AS before`,
};

/** Returns the start of the oldest month to keep: the current month (UTC) and `months` before it are kept. */
export async function findRetirementStart(run: RunStatement, months: number): Promise<Date> {
  const [row] = await run<{ before: Date }>(readStart, [months]);
  if (!row) throw new Error('the database returned no time');
  return row.before;
}

const begin: Statement = {
  text: `
    WITH known AS (
      SELECT id, before FROM retirements
      WHERE before = $1::timestamptz AND ended_at IS NULL AND archive_hash IS NOT DISTINCT FROM $5::bytea
      ORDER BY id LIMIT 1
    ), created AS (
      INSERT INTO retirements (before, changed_by, last_id, archive, archive_hash)
      SELECT $1::timestamptz, $2::text, $3::bigint, $4::text, $5::bytea
      WHERE NOT EXISTS (SELECT FROM known) AND EXISTS (
        SELECT FROM visits WHERE visited_at < $1::timestamptz AND id <= (SELECT rolled_id FROM visit_rollup)
      )
      RETURNING id, before
    )
    SELECT id, before FROM known UNION ALL SELECT id, before FROM created`,
};

/**
 * Begins to retire the visits before a start of a month, or continues where that was interrupted.
 * @param by who does it, for the record.
 * @returns undefined if there is nothing to retire.
 */
export async function beginRetirement(
  run: RunStatement,
  before: Date,
  by: string,
  archive?: Archive,
): Promise<Retirement | undefined> {
  const { lastId, file, hash } = archive ?? {};
  const [retirement] = await run<Retirement>(begin, [before, by, lastId, file, hash]);
  return retirement;
}

const findArchived: Statement = {
  text: 'SELECT id, before FROM retirements WHERE archive_hash = $1 AND ended_at IS NULL ORDER BY id LIMIT 1',
};

/** Finds the interrupted retirement whose visits are in the archive with this SHA-256. */
export async function findInterrupted(run: RunStatement, hash: Buffer): Promise<Retirement | undefined> {
  const [retirement] = await run<Retirement>(findArchived, [hash]);
  return retirement;
}
