import { statfsSync, writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../support/shell.mjs';
import { createFolder } from './external-server.mjs';

/** Mounts a file system of its own, with so much room, into a new folder. */
export async function createSmallDisk(megabytes) {
  const { folder, remove } = createFolder();
  try {
    await runProgram('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder]);
  } catch (error) {
    remove();
    throw error;
  }
  return {
    folder,
    /** Writes a file that takes what is free. Returns the function that removes it. */
    fill() {
      const ballast = join(folder, 'ballast');
      const { bavail, bsize } = statfsSync(folder);
      try {
        writeFileSync(ballast, Buffer.alloc(bavail * bsize));
      } catch (error) {
        // The database took some of it meanwhile.
        if (error.code !== 'ENOSPC') throw error;
      }
      return () => rmSync(ballast);
    },
    async remove() {
      await runProgram('umount', ['--lazy', folder]);
      remove();
    },
  };
}

/** Whether this account may mount. */
export async function canMount() {
  const disk = await createSmallDisk(1).catch(() => undefined);
  await disk?.remove();
  return disk !== undefined;
}
