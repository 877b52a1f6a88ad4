import type { SchemaStatus } from './read-schema-status';

/**
 * Orders migrations for being taken back: the newest first.
 * @throws when one of them is not applied here, when a newer one would stay behind, or, with `safeOnly`, when one
 *   does not say that its `down` is safe.
 */
export function orderTakeBack(status: SchemaStatus, names: readonly string[], safeOnly: boolean): string[] {
  const wanted = new Set(names);
  const executed = new Map(status.executed.map((migration) => [migration.name, migration]));
  const absent = names.filter((name) => !executed.has(name));
  if (absent.length > 0) {
    throw new Error(`${absent.join(', ')}: not applied, or not of this release; see "migrate status"`);
  }
  const oldest = [...names].sort()[0] ?? '';
  const left = [...executed.keys(), ...status.unknown].filter((name) => name > oldest && !wanted.has(name));
  if (left.length > 0) {
    throw new Error(`${left.join(', ')}: applied after ${oldest}; name it too, or take it back first`);
  }
  const unsafe = names.filter((name) => executed.get(name)?.downIsSafe !== true);
  if (safeOnly && unsafe.length > 0) {
    throw new Error(`${unsafe.join(', ')}: taking it back loses data or breaks the release before; not done`);
  }
  return [...wanted].sort().reverse();
}
