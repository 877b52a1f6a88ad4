import { rename, rm } from 'node:fs/promises';
import type { Client } from 'pg';
import {
  beginRetirement,
  findInterrupted,
  type Retirement,
} from '../../services/commands/retiring/begin-retirement';
import { catchUp } from '../../services/commands/rolling/catch-up';
import { countVisitsBefore } from '../../services/queries/count-visits-before';
import type { ExportFormat } from '../../services/queries/export-log';
import { OperatorError } from '../../shared/operator-error';
import type { RunStatement } from '../../shared/statement';
import { print } from '../output';
import { hashFile, writeArchive } from './write-archive';

/** The options of `footfall visits retain`. */
export interface RetainOptions {
  readonly months: number;
  readonly archive?: string;
  readonly format: ExportFormat;
  readonly dryRun?: true;
  readonly json?: true;
  readonly by: string;
}

/** Begins to retire visits, once the archive is written if there is to be one. */
export async function beginRetaining(
  client: Client,
  run: RunStatement,
  before: Date,
  { archive: file, format, by, json }: RetainOptions,
): Promise<Retirement | undefined> {
  const present = file === undefined ? undefined : await hashFile(file);
  if (present) {
    const interrupted = await findInterrupted(run, present);
    if (interrupted) return interrupted;
    throw new OperatorError(
      `${file} is there, and is not the archive of an interrupted run; name another file`,
    );
  }
  // Only visits that are rolled up are retired.
  await catchUp(run);
  if (file === undefined) return beginRetirement(run, before, by);
  if ((await countVisitsBefore(client, before)).visits === 0) return undefined;
  const { rows } = await client.query<{ id: string }>('SELECT rolled_id AS id FROM visit_rollup');
  const lastId = rows[0]?.id ?? '0';
  const partial = `${file}.partial`;
  const { visits, hash } = await writeArchive(client, partial, format, {
    since: undefined,
    until: before,
    lastId,
  });
  const retirement = await beginRetirement(run, before, by, { file, hash, lastId });
  if (!retirement) {
    await rm(partial);
    throw new OperatorError('the visits are not rolled up yet, so none can be retired; run it again later');
  }
  await rename(partial, file);
  if (!json) print(`wrote ${visits} visits to ${file}, and read them back`);
  return retirement;
}
