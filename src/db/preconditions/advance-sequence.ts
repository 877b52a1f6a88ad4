import { escapeIdentifier, escapeLiteral } from 'pg';
import type { RunStatement } from '../../shared/statement';
import type { SequenceFault } from './find-sequence-faults';

/**
 * Moves a sequence behind the highest id of its table, never back. Writers of the table wait meanwhile, so that no id
 * is given out twice.
 * @throws {StatementError} if the table is not free within two seconds; then nothing is changed.
 */
export async function advanceSequence(
  run: RunStatement,
  { sequence, table, column }: Pick<SequenceFault, 'sequence' | 'table' | 'column'>,
): Promise<void> {
  const work = `BEGIN
      PERFORM set_config('lock_timeout', '2s', true);
      LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE;
      PERFORM setval(${escapeLiteral(sequence)}, greatest(last_value, (SELECT max(${escapeIdentifier(column)}) FROM ${table})))
      FROM ${sequence};
    END`;
  await run({ text: `DO ${escapeLiteral(work)}` }, []);
}
