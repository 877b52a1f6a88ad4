/** The language for numbers and dates: the first of the browser's that it can format, else English. */
export const viewerLanguage = chooseLanguage([navigator.language, navigator.languages].flat());

/** The IANA time zone of the viewer's device, or UTC if the browser hides it. */
export const viewerZone = readZone();

// Some browsers report the locale of the system, such as "de_DE@euro" or "C", or none. `Intl` throws
// for a name that is not a language tag.
function chooseLanguage(names: readonly (string | undefined)[]): string {
  for (const name of names) {
    const tag = name?.replace(/[.@].*$/, '').replaceAll('_', '-');
    try {
      const [supported] = Intl.DateTimeFormat.supportedLocalesOf(tag ?? []);
      if (supported !== undefined) return supported;
    } catch {
      // Not a language tag.
    }
  }
  return 'en';
}

// Some browsers hide the time zone behind a name or an offset that the service does not accept.
function readZone(): string {
  try {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const isHidden = !timeZone || /^Etc\/Unknown$|^[^A-Za-z]/i.test(timeZone);
    return isHidden ? 'UTC' : new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}
