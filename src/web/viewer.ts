/** The IANA time zone of the viewer's device, or UTC if the browser hides it. */
export const viewerZone = readZone();

/** The language for numbers and dates. */
export const viewerLanguage = navigator.language;

// Some browsers hide the time zone behind a name that the service does not know.
function readZone(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return !timeZone || /^Etc\/Unknown$/i.test(timeZone) ? 'UTC' : timeZone;
}
