import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './shell.mjs';

/** The folder that holds the repository. */
export const repository = join(import.meta.dirname, '../../..');

/** Copies what git would hand to a stranger: the files that are tracked or about to be. */
export async function copyWorkTree(folder) {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await runProgram('git', list, { cwd: repository });
  for (const file of stdout.split('\0').filter(Boolean)) {
    // A file that was deleted but is still in the index is no file of the work tree.
    await cp(join(repository, file), join(folder, file)).catch((error) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}
