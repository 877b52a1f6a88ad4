/**
 * Writes the SQL for the first instant at which clocks in a zone show a local time. Where they are set back over it
 * that time comes twice, and `AT TIME ZONE` alone gives the second: the day would lose its first hour.
 */
export function renderFirstInstant(local: string, zone: string): string {
  const instant = `(${local} AT TIME ZONE ${zone})`;
  const hourBefore = `(${instant} - interval '1 hour')`;
  return `CASE ${hourBefore} AT TIME ZONE ${zone} WHEN ${local} THEN ${hourBefore} ELSE ${instant} END`;
}
