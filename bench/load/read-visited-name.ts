/** The name of the visit that a request of the bench records; undefined if it only reads. */
export function readVisitedName(path: string): string | undefined {
  const [, name, nameOfHit] = /^\/(?:([\w-]+)(?:\?once=day)?|-\/hit\/([\w-]+)\.svg)$/.exec(path) ?? [];
  return name ?? nameOfHit;
}
