import type { Migration } from '../src/shared/migration';

/** The checks of the column, which PostgreSQL would otherwise repeat for every row while the table is locked. */
const checks = {
  length: 'char_length(username) BETWEEN 1 AND 80',
  normalised: 'username IS NFC NORMALIZED',
  reserved: `username NOT IN ('.', '..', '-')`,
  // The collation "C" takes only the ASCII spaces for spaces.
  trimmed: `username COLLATE "default" !~ '^\\s|\\s$'`,
  characters: `username !~ '[\\u0001-\\u001F\\u007F-\\u009F\\u00AD\\u061C\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\uFEFF/\\\\]'`,
};

/**
 * Orders names by code point in the column and so in its unique index. The order of another collation changes with the
 * C library of the server; an index in an old order no longer finds its rows, and a name starts again at 1. The next
 * migration validates the checks. See docs/decisions/0072.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    // New names wait while the index is built, visits of known names do not. For millions of names the operator creates
    // it CONCURRENTLY beforehand.
    await run(`DO $$
      DECLARE
        found record;
      BEGIN
        CREATE UNIQUE INDEX IF NOT EXISTS visitors_username_by_code_point ON visitors (username COLLATE "C");
      EXCEPTION WHEN unique_violation THEN
        SELECT count(*) AS names, string_agg(line, '; ') FILTER (WHERE place <= 20) AS lines INTO found
        FROM (
          SELECT format('%s has the ids %s', to_json(username COLLATE "C"), string_agg(id::text, ', ' ORDER BY id)) AS line,
                 row_number() OVER (ORDER BY min(id)) AS place
          FROM visitors GROUP BY username COLLATE "C" HAVING count(*) > 1
        ) AS repeated;
        RAISE EXCEPTION
          'names exist more than once, because the order of the database changed: %. Nothing was changed. Merge them as docs/database.md describes under "Names that exist twice", and migrate again. Names: %',
          found.lines, found.names USING ERRCODE = 'unique_violation';
      END $$`);
    // From here on only the catalog changes: the index is there, and the checks are validated later.
    await run(`ALTER TABLE visitors DROP CONSTRAINT visitors_username_key,
      ${each(([name]) => `DROP CONSTRAINT visitors_username_${name}`)}`);
    await run('ALTER TABLE visitors ALTER COLUMN username TYPE text COLLATE "C"');
    await run(`ALTER TABLE visitors
      ADD CONSTRAINT visitors_username_key UNIQUE USING INDEX visitors_username_by_code_point,
      ${each(([name, rule]) => `ADD CONSTRAINT visitors_username_${name} CHECK (${rule}) NOT VALID`)}`);
  },

  // The release before works alike with either collation. The old one is what loses names, so it does not come back.
  down: () => Promise.resolve(),
};

/** Renders a clause for each check. */
function each(toClause: (check: [name: string, rule: string]) => string): string {
  return Object.entries(checks).map(toClause).join(', ');
}
