import type { BenchDatabase } from './create-bench-database';
import { vacuum } from './vacuum';

/** The contents of a database before a measurement. */
export interface Seed {
  /** Named `visitor-1`, `visitor-2`, … */
  readonly visitors: number;
  /** Events, spread evenly over the visitors and the last 90 days. */
  readonly visits: number;
  /** Their times are not in the order of the log, as after an import. */
  readonly shuffled?: boolean;
}

// A prime, so that its multiples visit every place of a log that is shorter and has no such factor.
const stride = 104_729;

// Small enough for the transition table of the trigger, and for the progress bar.
const chunk = 500_000;

/** The name of the n-th visitor, counted from 1. */
export function nameVisitor(n: number): string {
  return `visitor-${n}`;
}

/**
 * Fills a database by SQL and leaves it vacuumed, analysed and written to disk. Triggers and
 * foreign keys stay enabled, so the triggers compute the totals.
 */
export async function seedVisits(
  database: BenchDatabase,
  { visitors, visits, shuffled = false }: Seed,
  report: (loaded: number) => void = () => undefined,
): Promise<void> {
  await database.query(
    `INSERT INTO visitors (username) SELECT 'visitor-' || n FROM generate_series(1, $1::int) AS n ORDER BY n`,
    [visitors],
  );
  for (let loaded = 0; loaded < visits; loaded += chunk) {
    const end = Math.min(loaded + chunk, visits);
    await database.query(
      `INSERT INTO visits (visitor_id, visited_at)
       SELECT (SELECT min(id) FROM visitors) + n % $1::bigint,
              now() - interval '90 days' * (1 - (n * $5::bigint % $2::bigint)::float8 / $2::float8)
       FROM generate_series($3::bigint, $4::bigint - 1) AS n`,
      [visitors, visits, loaded, end, shuffled ? stride : 1],
    );
    report(end);
  }
  await vacuum(database);
  await database.checkpoint();
}
