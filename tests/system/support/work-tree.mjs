import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './shell.mjs';

/** The root folder of the repository. */
export const repository = join(import.meta.dirname, '../../..');

/** Copies the files that a clone would have: those that git tracks, and new ones that it does not ignore. */
export async function copyWorkTree(folder) {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await runProgram('git', list, { cwd: repository });
  for (const file of stdout.split('\0').filter(Boolean)) {
    // A deleted file may still be in the index.
    await cp(join(repository, file), join(folder, file)).catch((error) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}
