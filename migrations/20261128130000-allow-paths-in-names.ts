import type { Migration } from '../src/shared/migration';
import {
  allowedText,
  loneMark,
  maxUsernameLength,
  outerSpace,
  reservedSegment,
  toPostgres,
} from '../src/shared/username-patterns';

const checks = {
  length: `char_length(username) BETWEEN 1 AND ${maxUsernameLength}`,
  reserved: `username !~ '${reservedSegment}'`,
  trimmed: `username !~ '${toPostgres(outerSpace)}'`,
  characters: `username ~ '^[A-Za-z0-9_./-]*$' OR is_text_of_name(username)`,
};

const formerChecks = {
  length: 'char_length(username) BETWEEN 1 AND 80',
  reserved: `username NOT IN ('.', '..', '-')`,
  trimmed: `username COLLATE "default" !~ '^\\s|\\s$'`,
  characters: `username !~ '[\\u0001-\\u001F\\u007F-\\u009F\\u00AD\\u061C\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\uFEFF/\\\\]'`,
};

/**
 * Lets names have segments between slashes and up to 255 characters, and refuses new names that cannot be seen. Names
 * that exist stay as they are, with either rule. The next migration validates the checks. See docs/decisions/0087.
 */
export const migration: Migration = {
  downIsSafe: true,

  async up({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    // The patterns are long; in a function they do not fill the description of the table.
    await run(`CREATE FUNCTION is_text_of_name(name text) RETURNS boolean
      LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $rule$ BEGIN
        RETURN name ~ '${toPostgres(allowedText)}' AND name !~ '${toPostgres(loneMark)}';
      END $rule$`);
    await run(`DO $$ BEGIN EXECUTE format(
      'ALTER FUNCTION is_text_of_name(text) SET search_path = pg_catalog, %I, pg_temp', current_schema()
    ); END $$`);
    await run(replaceChecks(checks));
  },

  // The release before refuses visits to the new names, and shows them.
  async down({ run }) {
    await run(`SET LOCAL lock_timeout = '2s'`);
    await run(replaceChecks(formerChecks));
    await run('DROP FUNCTION is_text_of_name(text)');
  },
};

/** Names that exist are not checked, so nothing waits. */
function replaceChecks(rules: typeof checks): string {
  const clauses = Object.entries(rules).flatMap(([name, rule]) => [
    `DROP CONSTRAINT visitors_username_${name}`,
    `ADD CONSTRAINT visitors_username_${name} CHECK (${rule}) NOT VALID`,
  ]);
  return `ALTER TABLE visitors ${clauses.join(', ')}`;
}
