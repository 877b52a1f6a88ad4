import type { RunStatement, Statement } from '../../shared/statement';

// As in `append-visits`, OFFSET 0 and LIMIT 1 keep one plan that looks up each name by the index.
const findNames: Statement = {
  name: 'find-existing-names',
  text: `
    SELECT asked.username
    FROM (SELECT $1::text[] AS usernames OFFSET 0) AS given, unnest(given.usernames) AS asked (username)
    CROSS JOIN LATERAL (SELECT 1 FROM visitors WHERE username = asked.username LIMIT 1) AS visitor`,
};

/** Returns those of the names that exist, with or without visits. */
export async function findExistingNames(
  run: RunStatement,
  usernames: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await run<{ username: string }>(findNames, [usernames]);
  return new Set(rows.map(({ username }) => username));
}
