import { chmod, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { canTraverse } from './can-traverse';
import { copyRuntime } from './copy-runtime';
import type { DatabaseAccount } from './account';
import { hasCode } from './errors';
import { hydrateLinks } from './hydrate-links';
import type { BinaryPackage } from './binaries';
import { systemFolder } from './system-folder';

/** Paths of the programs, ready to be run. */
export interface Runtime {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/**
 * Makes the binaries runnable and says where they are: in place where possible, else in a complete copy,
 * because the package is incomplete and read-only, or lies where the account cannot go (such as /root).
 */
export async function prepareRuntime(
  binaries: BinaryPackage,
  dataDirectory: string,
  account: DatabaseAccount | undefined,
): Promise<Runtime> {
  const native = join(binaries.folder, 'native');
  const reachable = account === undefined || (await canTraverse(join(native, 'bin'), account));
  if (reachable && (await completeInPlace(binaries.folder))) return listPrograms(binaries.folder);
  const parent = account === undefined ? join(dataDirectory, 'runtime') : systemFolder;
  return listPrograms(await copyRuntime(binaries, parent, completeRuntime));
}

async function completeRuntime(folder: string): Promise<void> {
  await hydrateLinks(folder);
  const { initdb, postgres, pgCtl } = listPrograms(folder);
  for (const program of [initdb, postgres, pgCtl]) {
    const { mode } = await stat(program);
    if ((mode & 0o555) !== 0o555) await chmod(program, mode | 0o555);
  }
}

async function completeInPlace(folder: string): Promise<boolean> {
  try {
    await completeRuntime(folder);
    return true;
  } catch (error) {
    if (hasCode(error, 'EACCES', 'EPERM', 'EROFS')) return false;
    throw error;
  }
}

function listPrograms(folder: string): Runtime {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const toPath = (program: string): string => join(folder, 'native', 'bin', program + suffix);
  return { initdb: toPath('initdb'), postgres: toPath('postgres'), pgCtl: toPath('pg_ctl') };
}
