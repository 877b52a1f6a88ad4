import { randomBytes, randomUUID } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from './errors';

/**
 * Reads the database password from `<dataDirectory>/password`, making one first when there is no cluster yet.
 * The file belongs to the user who runs Node and only that user may read it.
 * @param clusterExists a cluster keeps the password it was made with, so a lost file is not replaced
 * @throws Error when the file is lost or may not be read
 */
export async function loadPassword(dataDirectory: string, clusterExists: boolean): Promise<string> {
  const path = join(dataDirectory, 'password');
  const known = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (hasCode(cause, 'ENOENT')) return '';
    throw new Error(`${path} cannot be read: start as the user who owns it.`, { cause });
  });
  if (known.trim() !== '') return known.trim();
  if (clusterExists) {
    throw new Error(
      `${path} is missing, and the database beside it opens with no other password: ` +
        `put the file back, or move ${join(dataDirectory, 'postgres')} away to start empty.`,
    );
  }
  await rm(path, { force: true });
  return createPassword(path);
}

async function createPassword(path: string): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  const temporary = `${path}.${randomUUID()}`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`${password}\n`);
    await file.sync();
    await file.close();
    // A link fails where a rename would overwrite a password that is already in use.
    await link(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
  return password;
}
