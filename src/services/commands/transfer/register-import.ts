import type { ClientBase } from 'pg';
import { OperatorError } from '../../../shared/operator-error';
import { requireMigrations } from '../require-migrations';
import { withinTransaction } from '../within-transaction';
import { claimImport } from './claim-import';
import { reserveIds } from './reserve-ids';
import type { StagedFile } from './staging';

/** What is known of a file besides its lines. */
export interface ImportedFile {
  /** The name of the file. */
  readonly source: string;
  /** Who imports it. */
  readonly by: string;
  /** Whether a file that was imported before is imported once more. */
  readonly isAgain: boolean;
}

/** An import that this connection works at. */
export interface OpenImport {
  readonly id: string;
  readonly lines: number;
  /** The lines that an earlier process has added before it was interrupted. */
  readonly addedLines: number;
  /** Whether the visitors of the file keep their ids. */
  readonly keepsIds: boolean;
}

// Every release must use this number.
const registerKey = 7_130_006;

/**
 * Opens the import of the staged file: a new one, or one of the same lines that was interrupted.
 * @throws {OperatorError} if the file was imported before, or another process is importing or undoing it.
 */
export async function registerImport(
  client: ClientBase,
  kind: 'log' | 'totals',
  { lines, hash }: StagedFile,
  { source, by, isAgain }: ImportedFile,
): Promise<OpenImport> {
  return withinTransaction(client, async () => {
    await requireMigrations(client);
    await client.query('SELECT pg_advisory_xact_lock($1)', [registerKey]);
    const known = await findInterrupted(client, hash, isAgain);
    if (known) {
      await addParts(client, known.id);
      return known;
    }
    const keepsIds = await reserveIds(client);
    // Parts come first, so that a restored database has the ids of the exported one.
    const parts = await addParts(client, null);
    const { rows } = await client.query<{ id: string }>(
      `INSERT INTO balance_imports (source, imported_by, is_log, content_hash, state, keeps_ids, lines)
       VALUES ($1, $2, $3, $4, 'adding', $5, $6) RETURNING id`,
      [source, by, kind === 'log', hash, keepsIds, lines],
    );
    const id = rows[0]?.id ?? '';
    await client.query('UPDATE balance_imports SET part_of = $1 WHERE id = ANY ($2::bigint[])', [id, parts]);
    await claimImport(client, id);
    return { id, lines, addedLines: 0, keepsIds };
  });
}

interface KnownImport {
  readonly id: string;
  readonly state: string;
  readonly importedAt: Date;
  readonly lines: string;
  readonly addedLines: string;
  readonly keepsIds: boolean;
}

async function findInterrupted(
  client: ClientBase,
  hash: Buffer,
  isAgain: boolean,
): Promise<OpenImport | undefined> {
  const first = await readKnown(client, hash);
  if (first && first.state !== 'complete') await claimImport(client, first.id);
  // Read again: until it was claimed, another process may have added to it.
  const known = await readKnown(client, hash);
  if (known?.id !== first?.id) throw new OperatorError('another process works at these lines; try again');
  if (!known || (known.state === 'complete' && isAgain)) return undefined;
  const { id, importedAt, keepsIds } = known;
  if (known.state === 'complete') {
    throw new OperatorError(
      `these lines were imported at ${importedAt.toISOString()} as import ${id}, and nothing was imported now; ` +
        `add --again to count them once more, or remove them with "footfall visits undo-import ${id}"`,
    );
  }
  if (known.state === 'undoing') {
    throw new OperatorError(
      `these lines are those of import ${id}, which is half undone; first run "footfall visits undo-import ${id}"`,
    );
  }
  return { id, lines: Number(known.lines), addedLines: Number(known.addedLines), keepsIds };
}

async function readKnown(client: ClientBase, hash: Buffer): Promise<KnownImport | undefined> {
  const { rows } = await client.query<KnownImport>(
    `SELECT id, state, imported_at AS "importedAt", lines, added_lines AS "addedLines", keeps_ids AS "keepsIds"
     FROM balance_imports WHERE content_hash = $1 ORDER BY state = 'complete', id DESC LIMIT 1`,
    [hash],
  );
  return rows[0];
}

/**
 * Creates a row for each import of balances that the file contains, unless it is there.
 * @param importId the row of the file; null for those that get one afterwards.
 * @returns the ids of new rows.
 */
async function addParts(client: ClientBase, importId: string | null): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `INSERT INTO balance_imports (source, file_id, part_of)
     SELECT source, id, $1::bigint FROM (SELECT DISTINCT id, source FROM staged WHERE kind = 'opening') AS part
     WHERE NOT EXISTS (
       SELECT FROM balance_imports AS known
       WHERE known.part_of = $1 AND known.file_id = part.id AND known.source = part.source
     )
     ORDER BY id, source RETURNING id`,
    [importId],
  );
  return rows.map(({ id }) => id);
}
