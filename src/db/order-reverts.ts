import type { SchemaStatus } from './read-schema-status';

/**
 * Orders migrations that are to be reverted: the newest first.
 * @throws if one of them is not applied, if a newer one would stay applied, or, with `safeOnly`, if one does not say
 *   that its `down` is safe.
 */
export function orderReverts(status: SchemaStatus, names: readonly string[], safeOnly: boolean): string[] {
  const wanted = new Set(names);
  const executed = new Map(status.executed.map((migration) => [migration.name, migration]));
  const absent = names.filter((name) => !executed.has(name));
  if (absent.length > 0) {
    throw new Error(
      `${absent.join(', ')}: not applied, or not in this release; see "footfall migrate status"`,
    );
  }
  const oldest = [...names].sort()[0] ?? '';
  const newer = [...executed.keys(), ...status.unknown].filter((name) => name > oldest && !wanted.has(name));
  if (newer.length > 0) {
    throw new Error(`${newer.join(', ')}: applied after ${oldest}; revert it as well, or first`);
  }
  const unsafe = names.filter((name) => executed.get(name)?.downIsSafe !== true);
  if (safeOnly && unsafe.length > 0) {
    throw new Error(
      `${unsafe.join(', ')}: not reverted, because that loses data or breaks the previous release`,
    );
  }
  return [...wanted].sort().reverse();
}
