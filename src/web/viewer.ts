/** The IANA time zone that the viewer's device is in; UTC where the browser does not tell. */
export const viewerZone = readZone();

/** The language that the viewer reads numbers and dates in. */
export const viewerLanguage = navigator.language;

// Some browsers hide the zone behind a name that no other program knows.
function readZone(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return !timeZone || /^Etc\/Unknown$/i.test(timeZone) ? 'UTC' : timeZone;
}
