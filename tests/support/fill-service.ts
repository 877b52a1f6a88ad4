import type { TestDatabase } from './test-database';

/** Names that need escaping or care: markup, characters of URLs and patterns and paths, right-to-left text, emoji, great length. */
export const awkwardNames = [
  '<script>alert(1)<script>',
  '"quoted" & \'single\'',
  '100% sure?',
  '50%25',
  'a b#c;d=e+f',
  '..up',
  'مرحبا بكم',
  '😀',
  'é',
  'owner/repo',
  'علی‌رضا',
  'x'.repeat(255),
];

/**
 * Fills a database with 73 visitors: `alice` with 1201 visits in the last minute, sixty ordinary visitors, of which
 * `visitor-01` has the most, sixty visits in the last 13 days, and each awkward name with one visit.
 */
export async function fillService(database: TestDatabase): Promise<void> {
  const ordinary = Array.from({ length: 60 }, (_, index) => `visitor-${String(index + 1).padStart(2, '0')}`);
  await database.query(`INSERT INTO visitors (username) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING`, [
    ['alice', ...ordinary, ...awkwardNames],
  ]);
  await database.query(`
    INSERT INTO visits (visitor_id, visited_at)
    SELECT id, now() - CASE username WHEN 'alice' THEN interval '1 minute' ELSE k * interval '5 hours' END
    FROM visitors, generate_series(1, CASE
      WHEN username = 'alice' THEN 1201 - (SELECT count(*) FROM visits)
      WHEN username LIKE 'visitor-%' THEN 180 / (2 + substr(username, 9)::int)
      ELSE 1 END) k`);
}

/** Creates a visitor with an opening balance, as an import of totals does. */
export async function addBalance(database: TestDatabase, username: string, visits: string): Promise<void> {
  await database.query('INSERT INTO visitors (username) VALUES ($1)', [username]);
  await database.query(`INSERT INTO balance_imports (source) VALUES ('another counter')`);
  await database.query(
    `INSERT INTO opening_balances (import_id, visitor_id, visits)
     SELECT (SELECT max(id) FROM balance_imports), id, $2 FROM visitors WHERE username = $1`,
    [username, visits],
  );
}
