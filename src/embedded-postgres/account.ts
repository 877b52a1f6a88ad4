import { readFile, stat } from 'node:fs/promises';

/** User and group that the database processes run as. */
export interface DatabaseAccount {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Chooses the account for the database: undefined means the current user. PostgreSQL refuses to run as root,
 * so root hands it to the owner of the existing cluster, else to an account without rights.
 * @param cluster existing cluster folder, if there is one
 * @throws Error when the current user may not open the cluster, or root finds no account
 */
export async function findDatabaseAccount(cluster: string | undefined): Promise<DatabaseAccount | undefined> {
  const current = process.getuid?.();
  if (current === undefined) return undefined;
  const owner = cluster === undefined ? undefined : await stat(cluster);
  if (current !== 0) {
    if (owner && owner.uid !== current) {
      throw new Error(
        `The database in ${cluster} belongs to user ${owner.uid}, and this process is user ${current}: ` +
          'start it as that user (or as root, who can open it for any user).',
      );
    }
    return undefined;
  }
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : findPowerlessAccount();
}

async function findPowerlessAccount(): Promise<DatabaseAccount> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  // initdb needs an account that exists ("could not look up effective user ID"), so no number is invented here.
  for (const name of ['nobody', 'postgres', 'daemon']) {
    const [, , uid, gid] = lines.find((fields) => fields[0] === name) ?? [];
    // macOS lists nobody as -2, which neither chown nor spawn takes.
    if (Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    'PostgreSQL refuses to run as root and there is no user nobody, postgres or daemon here: ' +
      'start as an ordinary user, or set DATABASE_URL.',
  );
}
