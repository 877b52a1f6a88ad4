/** The query of visits by one client for all names: only the first of each name counts. */
export const onceForAll = '?once=24h';

/** The name of the visit that a request of the bench records; undefined if it only reads. */
export function readVisitedName(path: string): string | undefined {
  const [, name, nameOfHit] =
    /^\/(?:([\w-]+)(?:\?once=(?:day|24h))?|-\/hit\/([\w-]+)\.svg)$/.exec(path) ?? [];
  return name ?? nameOfHit;
}
