/**
 * Renders the subquery that finds the visitor of a name, or of an alias: one row with `id` and `hidden_at`, or none.
 * The aliases are read only if no visitor has the name. LIMIT 1 makes it look up the name by the index.
 * @param name an SQL expression, such as `asked.username`.
 */
export function findVisitorSql(name: string): string {
  return `(
      SELECT id, hidden_at FROM visitors WHERE username = ${name}
      UNION ALL
      SELECT id, hidden_at FROM visitor_aliases JOIN visitors ON id = visitor_id WHERE alias = ${name}
      LIMIT 1
    )`;
}

/**
 * Renders the array of the present names of names: that of its visitor for an alias, and the name itself otherwise.
 * @param names an SQL expression of an array, such as `$1::text[]`.
 */
export function presentNamesSql(names: string): string {
  return `ARRAY(
        SELECT coalesce((
          SELECT username FROM visitor_aliases JOIN visitors ON id = visitor_id WHERE alias = asked.name
        ), asked.name)
        FROM unnest(${names}) WITH ORDINALITY AS asked (name, place) ORDER BY place
      )`;
}
