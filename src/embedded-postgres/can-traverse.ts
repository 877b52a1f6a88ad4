import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DatabaseAccount } from './account';

/**
 * Tells whether an account may enter a folder: each folder from the root down must grant it the x bit.
 * Symbolic links are followed first; access lists beyond the mode bits are not consulted.
 */
export async function canTraverse(folder: string, account: DatabaseAccount): Promise<boolean> {
  for (let path = await realpath(folder); ; path = dirname(path)) {
    const { mode, uid, gid } = await stat(path);
    // The kernel takes the first class that fits, even where a later one would grant more.
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (path === dirname(path)) return true;
  }
}
