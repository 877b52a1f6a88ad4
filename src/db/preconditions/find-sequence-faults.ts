import type { RunStatement } from '../../shared/statement';

/** A sequence that would give out an id that its table already has. Ids are decimal strings. */
export interface SequenceFault {
  /** Schema and name, quoted where SQL needs it: ready for `setval`. */
  readonly sequence: string;
  readonly table: string;
  readonly column: string;
  /** The id that the sequence would give out next. */
  readonly next: string;
  /** The highest id in the table. */
  readonly highest: string;
}

// Identity and serial columns of the current schema. The names become SQL text, so the server quotes them. A sequence
// that this role may not read is left out.
const listSequences = `
  SELECT format(
      'SELECT %L AS sequence, %L AS "table", %L AS "column", '
      '(SELECT last_value::numeric + CASE WHEN is_called THEN %s ELSE 0 END FROM %s)::text AS next, '
      '(SELECT max(%I) FROM %s)::text AS highest',
      names.sequence, names."table", attribute.attname,
      sequence.seqincrement, names.sequence,
      attribute.attname, names."table"
    ) AS text
  FROM pg_depend AS dependency
  JOIN pg_sequence AS sequence ON sequence.seqrelid = dependency.objid
  JOIN pg_class AS owner ON owner.oid = dependency.refobjid
  JOIN pg_namespace AS namespace ON namespace.oid = owner.relnamespace
  JOIN pg_attribute AS attribute
    ON attribute.attrelid = owner.oid AND attribute.attnum = dependency.refobjsubid
  JOIN pg_class AS named ON named.oid = sequence.seqrelid
  CROSS JOIN LATERAL (
    SELECT format('%I.%I', namespace.nspname, owner.relname) AS "table",
           format('%I.%I', namespace.nspname, named.relname) AS sequence
  ) AS names
  WHERE dependency.classid = 'pg_class'::regclass
    AND dependency.refclassid = 'pg_class'::regclass
    AND dependency.deptype IN ('a', 'i')
    AND namespace.nspname = current_schema()
    AND has_sequence_privilege(sequence.seqrelid, 'SELECT')
    AND has_column_privilege(owner.oid, attribute.attnum, 'SELECT')
  ORDER BY names.sequence`;

/**
 * Finds the sequences of the current schema that are behind the columns they belong to, as after logical replication or
 * a restore of the data alone. Each id is looked up in an index, so the cost does not grow with the tables.
 */
export async function findSequenceFaults(run: RunStatement): Promise<SequenceFault[]> {
  const statements = await run<{ text: string }>({ text: listSequences }, []);
  if (statements.length === 0) return [];
  const all = statements.map(({ text }) => text).join(' UNION ALL ');
  // The snapshot of this statement is older than the values that it reads from the sequences, so ids that are given out
  // meanwhile are no fault.
  return run<SequenceFault>(
    { text: `SELECT * FROM (${all}) AS found WHERE highest::numeric >= next::numeric` },
    [],
  );
}
