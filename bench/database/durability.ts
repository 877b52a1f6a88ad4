/** The server's settings that decide whether an acknowledged commit survives a crash, as it says them. */
export interface Durability {
  readonly fsync: string;
  readonly synchronousCommit: string;
}

/**
 * Refuses a server on which a commit does not wait for the disk.
 * @throws {Error} that names the setting.
 */
export function requireDurability({ fsync, synchronousCommit }: Durability): void {
  const settings = { fsync, synchronous_commit: synchronousCommit };
  const off = Object.entries(settings).flatMap(([name, value]) => (value === 'off' ? [name] : []));
  if (off.length > 0) {
    throw new Error(
      `The server has ${off.join(' and ')} off: a commit costs nothing there, and no figure says anything. Switch that on first.`,
    );
  }
}
