import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readPostmasterFile } from './compiled.mjs';

/** Reads how the running server of a data directory was started: its words and its account. */
export async function readServerCommand(folder) {
  const { pid } = await readPostmasterFile(await realpath(join(folder, 'postgres')));
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1);
  const { uid, gid } = await stat(`/proc/${pid}`);
  return { words, account: { uid, gid, cwd: '/' } };
}
